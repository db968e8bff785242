/**
 * The system calls that a jailed runner does without, as a program for the kernel (seccomp). The jail's namespaces stand
 * without it; what it takes away is what holes in the kernel are reached by, sockets of every family (a jail has an
 * empty network, but some families know no namespaces), and, where a runner needs no processes, fork itself.
 *
 * A call that is taken away fails with EPERM. Calls in the form of another architecture end the process.
 */

type Calls = Readonly<Record<string, number>>;

interface Architecture {
  /** AUDIT_ARCH_… */
  audit: number;
  denied: Calls;
  /** Denied together with processes; `clone` is allowed for threads. */
  processes: Calls;
  clone: number;
  clone3: number;
}

/** Calls that have the same number everywhere, being younger than the differences. */
const youngCalls: Calls = {
  ioUringSetup: 425,
  ioUringEnter: 426,
  ioUringRegister: 427,
  openTree: 428,
  moveMount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfdOpen: 434,
  pidfdGetfd: 438,
  processMadvise: 440,
  mountSetattr: 442,
};

const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    denied: {
      socket: 41,
      ptrace: 101,
      processVmReadv: 310,
      processVmWritev: 311,
      kcmp: 312,
      syslog: 103,
      acct: 163,
      quotactl: 179,
      lookupDcookie: 212,
      mknod: 133,
      mknodat: 259,
      personality: 135,
      modifyLdt: 154,
      iopl: 172,
      ioperm: 173,
      pivotRoot: 155,
      chroot: 161,
      mount: 165,
      umount2: 166,
      unshare: 272,
      setns: 308,
      swapon: 167,
      swapoff: 168,
      reboot: 169,
      initModule: 175,
      deleteModule: 176,
      finitModule: 313,
      kexecLoad: 246,
      kexecFileLoad: 320,
      addKey: 248,
      requestKey: 249,
      keyctl: 250,
      vmsplice: 278,
      memfdCreate: 319,
      perfEventOpen: 298,
      fanotifyInit: 300,
      bpf: 321,
      userfaultfd: 323,
      nameToHandleAt: 303,
      openByHandleAt: 304,
      execveat: 322,
      ...youngCalls,
    },
    processes: { fork: 57, vfork: 58 },
    clone: 56,
    clone3: 435,
  },
  arm64: {
    audit: 0xc00000b7,
    denied: {
      socket: 198,
      ptrace: 117,
      processVmReadv: 270,
      processVmWritev: 271,
      kcmp: 272,
      syslog: 116,
      acct: 89,
      quotactl: 60,
      lookupDcookie: 18,
      mknodat: 33,
      personality: 92,
      pivotRoot: 41,
      chroot: 51,
      mount: 40,
      umount2: 39,
      unshare: 97,
      setns: 268,
      swapon: 224,
      swapoff: 225,
      reboot: 142,
      initModule: 105,
      deleteModule: 106,
      finitModule: 273,
      kexecLoad: 104,
      kexecFileLoad: 294,
      addKey: 217,
      requestKey: 218,
      keyctl: 219,
      vmsplice: 75,
      memfdCreate: 279,
      perfEventOpen: 241,
      fanotifyInit: 262,
      bpf: 280,
      userfaultfd: 282,
      nameToHandleAt: 264,
      openByHandleAt: 265,
      execveat: 281,
      ...youngCalls,
    },
    processes: {},
    clone: 220,
    clone3: 435,
  },
};

// struct seccomp_data: int nr, u32 arch, u64 instruction pointer, u64 args[6].
const numberOffset = 0;
const architectureOffset = 4;
const firstArgumentOffset = 16;
const threadFlag = 0x10000;
/** Calls of the x32 form carry this bit. */
const foreignBit = 0x40000000;

const load = 0x20;
const jumpEqual = 0x15;
const jumpSet = 0x45;
const give = 0x06;
const allow = 0x7fff0000;
const kill = 0x80000000;
const refuse = (errno: number) => 0x00050000 + errno;
const notPermitted = 1;
const notImplemented = 38;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * The filter in the form that bubblewrap reads (`--seccomp`); undefined for machines whose numbers are not known here.
 * `processes: false`: new threads, no new processes.
 */
export function encodeSystemCallFilter(
  architecture: string,
  { processes }: { processes: boolean },
): Buffer | undefined {
  const known = architectures[architecture];
  if (!known) return undefined;
  const denied = Object.values(processes ? known.denied : { ...known.denied, ...known.processes });
  const program: Instruction[] = [
    [load, 0, 0, architectureOffset],
    [jumpEqual, 1, 0, known.audit],
    [give, 0, 0, kill],
    [load, 0, 0, numberOffset],
    [jumpSet, 0, 1, foreignBit],
    [give, 0, 0, kill],
    ...denied.flatMap((call): Instruction[] => [
      [jumpEqual, 0, 1, call],
      [give, 0, 0, refuse(notPermitted)],
    ]),
  ];
  if (!processes) {
    program.push(
      // The flags of clone3 lie in memory, where a filter cannot look: the C library then falls back to clone.
      [jumpEqual, 0, 1, known.clone3],
      [give, 0, 0, refuse(notImplemented)],
      [jumpEqual, 0, 3, known.clone],
      [load, 0, 0, firstArgumentOffset],
      [jumpSet, 1, 0, threadFlag],
      [give, 0, 0, refuse(notPermitted)],
    );
  }
  program.push([give, 0, 0, allow]);
  return encodeProgram(program);
}

function encodeProgram(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    const at = index * 8;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(ifTrue, at + 2);
    bytes.writeUInt8(ifFalse, at + 3);
    bytes.writeUInt32LE(value, at + 4);
  }
  return bytes;
}
