import type { VersionSource } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type { Config } from '../../config/index.ts';
import type { Tracing } from './tracing.ts';

/** Undefined, and nothing loaded, when no collector is configured. */
export async function openTracing(options: {
  config: Config;
  logger: Logger;
  version: string;
  versions: Pick<VersionSource, 'read'>;
}): Promise<Tracing | undefined> {
  const { config, logger, version, versions } = options;
  const { endpoint, headers = '', propagate, sampleRatio, serviceName } = config.traces;
  if (endpoint === undefined) return undefined;
  const [{ createOtlpSink }, { Tracing }] = await Promise.all([
    import('./otlp-sink.ts'),
    import('./tracing.ts'),
  ]);
  const sink = createOtlpSink({ endpoint, headers: parseHeaders(headers), serviceName, version, logger });
  return new Tracing({ sink, versions, logger, sampleRatio, propagate });
}

/** "name=value,other=value", values percent-encoded, as OTEL_EXPORTER_OTLP_HEADERS has them. */
function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}
