import fc from 'fast-check';
import { seed } from '../src/lib/seed.fixture.js';

fc.configureGlobal({ seed });
