/**
 * The seed of generated tests: the same one unless HOLDFAST_SEED says another, so that what turns red was changed and not
 * drawn. `npm run test:long` draws one, and prints it.
 */
export const seed = Number(process.env['HOLDFAST_SEED'] ?? 1);
