import { expect, it } from 'vitest';
import { Histogram } from '../lib/histogram.js';
import { queueMetrics } from './queue-figures.js';

it('shows queues under the names of Kubernetes, and passes over what has none', () => {
  const work = new Histogram([1, 10]);
  for (const ms of [0.5, 5, 50]) work.observe(ms);
  const text = queueMetrics([
    { name: 'node' },
    { name: 'statefulset', figures: () => ({ depth: 2, adds: 7, retries: 1, work }) },
  ]);
  expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'workqueue_depth{name="statefulset"} 2',
    'workqueue_adds_total{name="statefulset"} 7',
    'workqueue_retries_total{name="statefulset"} 1',
    'workqueue_work_duration_seconds_bucket{name="statefulset",le="0.001"} 1',
    'workqueue_work_duration_seconds_bucket{name="statefulset",le="0.01"} 2',
    'workqueue_work_duration_seconds_bucket{name="statefulset",le="+Inf"} 3',
    'workqueue_work_duration_seconds_sum{name="statefulset"} 0.0555',
    'workqueue_work_duration_seconds_count{name="statefulset"} 3',
    '',
  ]);
});
