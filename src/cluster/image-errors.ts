import {
  ArchiveError,
  BuildError,
  ImportError,
  NoMirrorError,
  RecipeError,
  UnknownRecipeError,
} from '../images/index.js';
import { UserError } from './user-error.js';

/** What a user can put right about an image: room, a mirror, a name. */
const EXPECTED = [ArchiveError, BuildError, ImportError, NoMirrorError, RecipeError, UnknownRecipeError];

/** Does work on images; what a user can put right fails as a UserError, in one line. */
export async function withImageErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && EXPECTED.some((known) => error instanceof known)) {
      throw new UserError(error.message.trim().replaceAll(/\s*\n\s*/g, '; '), { cause: error });
    }
    throw error;
  }
}
