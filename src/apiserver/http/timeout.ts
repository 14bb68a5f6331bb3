import { parseGoDuration } from '../../api/duration.js';
import { badRequest } from '../../api/status-error.js';
import { text } from './query.js';

/** The longest that a request may take that is neither a watch nor a stream, in milliseconds. */
const maxTimeoutMs = 60_000;

/** How long a request may take, in milliseconds; 400 when what it says itself is no duration. */
export function timeoutMs(query: URLSearchParams): number {
  const asked = text(query, 'timeout');
  if (asked === undefined) return maxTimeoutMs;
  const ms = parseGoDuration(asked);
  if (ms === undefined) {
    const why = `time: invalid duration ${JSON.stringify(asked)}`;
    throw badRequest(`invalid timeout specified in the request URL - ${why}`);
  }
  return ms === 0 ? maxTimeoutMs : Math.min(ms, maxTimeoutMs);
}
