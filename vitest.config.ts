import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const node = { environment: 'node' as const, pool: 'forks' as const };

/** kubectl tests that need containers, and so the whole machine. */
const withContainers = ['attached', 'containers', 'debug'].map((name) => `test/kubectl/${name}.test.ts`);

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          // No test mocks a module and no module holds state, so files may share what was loaded.
          isolate: false,
          // They compute and hardly wait; one core left idle is half of the time on a small machine.
          maxWorkers: availableParallelism(),
          // Properties take seconds of CPU, and a busy machine is no failure.
          testTimeout: 30_000,
          setupFiles: ['test/setup.ts'],
          include: ['src/**/*.test.ts', 'test/architecture/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['src/**/*.histories.test.ts'],
        },
      },
      {
        test: {
          ...node,
          name: 'histories',
          setupFiles: ['test/setup.ts'],
          // Thousands of generated histories each: they take longer than all other unit tests together.
          include: ['src/**/*.histories.test.ts'],
        },
      },
      {
        test: {
          ...node,
          // Each file has a cluster of its own in its own process, on any free port, and no container: they run side by side.
          name: 'kubectl',
          include: ['test/kubectl/**/*.test.ts', 'test/simulated/**/*.test.ts'],
          exclude: withContainers,
          // Most of their time is kubectl's own, in processes of its own.
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...node,
          name: 'machine',
          include: [
            'test/machine/**/*.test.ts',
            'test/course/**/*.test.ts',
            'test/clients/**/*.test.ts',
            'test/failures/**/*.test.ts',
            ...withContainers,
          ],
          exclude: ['test/machine/images/**'],
          // Some of them count seconds, look at everything that is left behind, or end what others would need.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          ...node,
          // Real containers as well, but what they assert are states, whatever else the machine does: they run side by side, and mostly wait.
          name: 'containers',
          include: [
            'test/examples/**/*.test.ts',
            'test/why/**/*.test.ts',
            'test/machine/images/**/*.test.ts',
          ],
          maxWorkers: 3,
          maxConcurrency: 16,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
