import type { ReplayOutcome, StepChange } from '@navette/contracts';
import { IconArrowsDiff, IconCircleCheck, IconCircleDashed, IconHelp } from '@tabler/icons-react';
import type { PlainKey } from '../../i18n/i18n.tsx';
import type { StatusLook } from '../../ui/status.ts';

export const outcomeLooks: Readonly<Record<ReplayOutcome, StatusLook & { help: PlainKey }>> = {
  same: { label: 'replay.same', help: 'replay.sameHelp', icon: IconCircleCheck, color: 'weft' },
  changed: { label: 'replay.changed', help: 'replay.changedHelp', icon: IconArrowsDiff, color: 'orange' },
  incomplete: { label: 'replay.incomplete', help: 'replay.incompleteHelp', icon: IconHelp, color: 'yellow' },
  'not-replayed': {
    label: 'replay.notReplayed',
    help: 'replay.notReplayedHelp',
    icon: IconCircleDashed,
    color: 'gray',
  },
};

export const changeLabels: Readonly<Record<StepChange['kind'], PlainKey>> = {
  'changed-output': 'replay.kindChangedOutput',
  'changed-status': 'replay.kindChangedStatus',
  'changed-request': 'replay.kindChangedRequest',
  'new-effect': 'replay.kindNewEffect',
  'missing-effect': 'replay.kindMissingEffect',
  'new-step': 'replay.kindNewStep',
  'missing-step': 'replay.kindMissingStep',
};
