/** Ended with this code, a keeper says that another one is at work. */
export const ALREADY_RUNNING = 3;
