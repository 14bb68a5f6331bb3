import type { Container, Pod } from '../../api/generated/core-v1.js';
import { qosClassOf } from '../../api/qos.js';
import { quantityToBytes, quantityToMilli } from '../../api/quantity.js';
import type { RuntimeResources } from '../cri/container-runtime.js';

const CPU_PERIOD_US = 100_000;
const MIN_QUOTA_US = 1000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

/** A container's requests and limits as the kernel takes them, by the formulas of the kubelet. */
export function runtimeResources(
  pod: Pod,
  container: Container,
  memoryCapacityBytes: number,
): RuntimeResources {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const cpuRequest = requests['cpu'] ?? limits['cpu'];
  const cpuLimit = limits['cpu'];
  const memoryLimit = limits['memory'];
  const shares =
    cpuRequest === undefined ? MIN_SHARES : Math.floor((quantityToMilli(cpuRequest) * 1024) / 1000);
  const quota = cpuLimit === undefined ? 0 : Math.floor((quantityToMilli(cpuLimit) * CPU_PERIOD_US) / 1000);
  return {
    cpuShares: Math.min(MAX_SHARES, Math.max(MIN_SHARES, shares)),
    cpuPeriod: CPU_PERIOD_US,
    cpuQuota: quota === 0 ? undefined : Math.max(MIN_QUOTA_US, quota),
    memoryLimitBytes: memoryLimit === undefined ? undefined : Number(quantityToBytes(memoryLimit)),
    oomScoreAdj: oomScore(pod, container, memoryCapacityBytes),
  };
}

/** Whom the kernel kills first when memory runs out: those who asked for nothing before those who asked for much. */
function oomScore(pod: Pod, container: Container, memoryCapacityBytes: number): number {
  const qosClass = qosClassOf(pod);
  if (qosClass === 'Guaranteed') return -997;
  if (qosClass === 'BestEffort') return 1000;
  const { limits = {}, requests = {} } = container.resources ?? {};
  const requested = Number(quantityToBytes(requests['memory'] ?? limits['memory'] ?? '0'));
  const score = Math.floor(1000 - (1000 * requested) / memoryCapacityBytes);
  return Math.min(999, Math.max(3, score));
}
