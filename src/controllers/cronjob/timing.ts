import { parseSchedule, type Schedule } from '../../api/cron.js';
import { lastStart, nextStart, startsMoreThan } from '../../api/cron-times.js';
import type { CronJob } from '../../api/generated/batch-v1.js';
import { isTimeZone } from '../../api/time-zones.js';
import type { Announcement } from './actions.js';

/** Missed starts beyond this number are told of. */
const manyStarts = 100;

/** What a schedule says at some moment; times in milliseconds since the epoch. */
export interface Timing {
  readonly nextMs: number;
  /** The last start that has come and is not noted as done. */
  readonly dueMs: number | undefined;
  /** That start lies further back than its deadline. */
  readonly late: boolean;
  /** Many starts have come since the last that was done. */
  readonly many: boolean;
}

/** What a schedule says now, or the reason why it says nothing. */
export function timingOf(cronJob: CronJob, nowMs: number): Timing | Announcement {
  const { schedule: text, timeZone } = cronJob.spec;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const problem = `unknown time zone ${timeZone}`;
    return warning('UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: ${problem}`);
  }
  const parsed = parseSchedule(text);
  if ('problem' in parsed) {
    return warning(
      'UnparseableSchedule',
      `unparseable schedule: ${JSON.stringify(text)} : ${parsed.problem}`,
    );
  }
  const timing = startsOf(cronJob, parsed.schedule, nowMs);
  if (timing !== undefined) return timing;
  const problem = 'time difference between two schedules is less than 1 second';
  return warning('InvalidSchedule', `invalid schedule: ${text} : ${problem}`);
}

function warning(reason: string, message: string): Announcement {
  return { type: 'Warning', reason, message };
}

function startsOf(
  { metadata, spec, status }: CronJob,
  schedule: Schedule,
  nowMs: number,
): Timing | undefined {
  const { timeZone: zone, startingDeadlineSeconds } = spec;
  const sinceMs = Date.parse(status?.lastScheduleTime ?? metadata?.creationTimestamp ?? '');
  const dueMs = lastStart(schedule, { afterMs: sinceMs, untilMs: nowMs, zone });
  // A distance is kept from the last start, also from one that was missed.
  const nextMs = nextStart(schedule, dueMs ?? sinceMs, zone);
  if (nextMs === undefined) return undefined;
  const deadlineMs = (startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const afterMs = Math.max(sinceMs, nowMs - deadlineMs);
  return {
    nextMs,
    dueMs,
    late: dueMs !== undefined && dueMs + deadlineMs < nowMs,
    many: dueMs !== undefined && startsMoreThan(schedule, manyStarts, { afterMs, untilMs: nowMs, zone }),
  };
}

/** What is told when many starts were missed. */
export const tooManyMissed = warning(
  'TooManyMissedTimes',
  'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
);

/** What is told of a start whose deadline has passed. */
export function missedStart(dueMs: number): Announcement {
  const text = new Date(dueMs).toUTCString().replace(/GMT$/, '+0000');
  return warning('MissSchedule', `Missed scheduled time to start a job: ${text}`);
}
