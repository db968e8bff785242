import { createUuid, type TextCarrier } from '@navette/kit';
import type { Duties } from '../../runtime/role.ts';
import type { LiveConsoles } from '../live-consoles.ts';
import { LineAsker } from './line-asker.ts';
import { LineSender } from './line-sender.ts';

/** Lines from process to process, to where they are watched, until the function that comes back is called. */
export function shareLines(options: {
  consoles: LiveConsoles;
  /** Those to be used first come first. */
  carriers: readonly TextCarrier[];
  duties: Duties;
}): () => void {
  const { carriers, consoles, duties } = options;
  const address = createUuid().replaceAll('-', '');
  const asker = duties.serves ? new LineAsker({ address, consoles, carriers }) : undefined;
  const sender = duties.executes ? new LineSender({ ownAddress: address, consoles, carriers }) : undefined;
  return () => {
    asker?.close();
    sender?.close();
  };
}
