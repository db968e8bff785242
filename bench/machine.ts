import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryMiB: number;
  system: string;
  node: string;
  /** Load averages of 1, 5 and 15 minutes when the benchmark began: anything above ~0.3 blurs the figures. */
  loadBefore: number[];
}

export function describeMachine(): Machine {
  return {
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}`,
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${readSystemName()} (${platform()} ${release()})`,
    node: process.version,
    loadBefore: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

function readSystemName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? platform();
  } catch {
    return platform();
  }
}
