import { parseNodeParameters, type WebhookSpec } from '@navette/contracts';
import type { NodeTypes, VersionRecord } from '@navette/engine';
import { decodeId } from '@navette/kit';

/** What a request to a webhook starts, worked out once per publication. */
export interface LiveTarget {
  version: VersionRecord;
  nodeId: string;
  spec: WebhookSpec;
  /** Bare id of the credential that requests must carry. */
  credentialId: string | undefined;
}

/** Undefined when the version has no such webhook, or this server not its node type. */
export function createLiveTarget(
  version: VersionRecord,
  nodeId: string,
  nodeTypes: NodeTypes,
): LiveTarget | undefined {
  const node = version.definition.nodes.find((each) => each.id === nodeId);
  const type = node && nodeTypes.find(node.type, node.typeVersion);
  if (type?.kind !== 'trigger' || !type.webhook) return undefined;
  const spec = type.webhook(parseNodeParameters(type, node!.name, node!.parameters));
  const credential = node!.credentials?.['auth'];
  return { version, nodeId, spec, credentialId: credential && decodeId('credential', credential.id) };
}
