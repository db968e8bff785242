import type { EngineName } from '../port.ts';

/** A file or folder that a runner may read: where it is, and under which path the jail shows it. */
export interface RunnerFile {
  host: string;
  jail: string;
}

/** The address space, written memory, computing time and open files of one runner process, set by prlimit where there is one. */
export interface ResourceCaps {
  addressSpaceBytes?: number;
  /** What the process may allocate, touched or not. */
  dataBytes?: number;
  cpuSeconds?: number;
  openFiles?: number;
}

/** How the runner processes of an engine are started and what they may be. */
export interface RunnerProgram {
  engine: EngineName;
  /** Finds the path of a file of `files` (or of the interpreter) as the runner sees it. */
  command: RunnerFile;
  args(pathOf: (hostPath: string) => string): readonly string[];
  files: readonly RunnerFile[];
  /** The interpreter's shared libraries are found with ldd; these folders are shown besides. */
  libraryFolders?: readonly string[];
  /** It never needs another process: the jail then lets it have threads alone. */
  threadsOnly?: boolean;
  /** Resident memory of a runner that has no task yet; a task's memory comes on top. */
  baseMemoryBytes: number;
  /** Whether a runner answers `drop`, so that an aborted task need not cost its process. */
  canDrop: boolean;
  /** Found in what the process wrote last to its standard error output, when it ended for want of memory. */
  ranOutOfMemory?: RegExp;
  caps?: ResourceCaps;
  /** Run once with more arguments: what it writes to the host is what every runner finds at `preparedDescriptor`. */
  preparation?: { args: readonly string[]; maxBytes: number };
}

/** A file that is open for reading alone; closed, or something else, where nothing was prepared. */
export const preparedDescriptor = 6;
