export { applyConfiguration, type LiveObject } from './apply.js';
export { blankObject } from './blank.js';
export { conflictOf } from './conflict.js';
export {
  isReset,
  noOwners,
  type Owners,
  readOwners,
  type Writer,
  writeOwners,
} from './managers.js';
export { ShapeError } from './members.js';
export { trackUpdate } from './tracked.js';
