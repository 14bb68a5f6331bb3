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
            'test/examples/**/*.test.ts',
            'test/why/**/*.test.ts',
            ...withContainers,
          ],
          fileParallelism: false,
          // Situations of test/why come about side by side, and mostly wait.
          maxConcurrency: 16,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
