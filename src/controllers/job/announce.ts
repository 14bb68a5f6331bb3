import type { Job, JobStatus } from '../../api/generated/batch-v1.js';
import { finishOf, holding } from './conditions.js';

/** An Event to be told. */
export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What a change of a Job's status is worth telling. */
export function announcements(job: Job, status: JobStatus): readonly Announcement[] {
  const after: Job = { ...job, status };
  return [...suspension(job, after), ...finish(job, after)];
}

function suspension(before: Job, after: Job): readonly Announcement[] {
  const was = holding(before, 'Suspended') !== undefined;
  const is = holding(after, 'Suspended') !== undefined;
  if (was === is) return [];
  return is
    ? [{ type: 'Normal', reason: 'Suspended', message: 'Job suspended' }]
    : [{ type: 'Normal', reason: 'Resumed', message: 'Job resumed' }];
}

function finish(before: Job, after: Job): readonly Announcement[] {
  const end = finishOf(after);
  if (end === undefined || finishOf(before) !== undefined) return [];
  if (end.type === 'Failed')
    return [{ type: 'Warning', reason: end.reason ?? '', message: end.message ?? '' }];
  const { completions } = after.spec ?? {};
  const tooMany: Announcement = {
    type: 'Warning',
    reason: 'TooManySucceededPods',
    message: 'Too many succeeded pods running after completion count reached',
  };
  const surplus = completions !== undefined && (after.status?.succeeded ?? 0) > completions;
  return [...(surplus ? [tooMany] : []), { type: 'Normal', reason: 'Completed', message: 'Job completed' }];
}
