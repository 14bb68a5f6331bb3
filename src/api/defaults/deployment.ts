import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../generated/apps-v1.js';
import { change, fill } from './fill.js';
import { defaultPodTemplate } from './pod-spec.js';

function defaultStrategy(strategy: DeploymentStrategy | undefined): DeploymentStrategy {
  const typed = fill<DeploymentStrategy>(strategy ?? {}, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return typed;
  return {
    ...typed,
    rollingUpdate: fill(typed.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' }),
  };
}

function defaultSpec(spec: DeploymentSpec): DeploymentSpec {
  const filled = fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const withTemplate = change(filled, 'template', defaultPodTemplate);
  return { ...withTemplate, strategy: defaultStrategy(spec.strategy) };
}

/** A Deployment's defaults. */
export function defaultDeployment(deployment: Deployment): Deployment {
  return change(deployment, 'spec', defaultSpec);
}
