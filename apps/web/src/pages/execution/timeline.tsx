import { useElementSize } from '@mantine/hooks';
import { type ExecutionDetail, isTerminal, type NodeType } from '@navette/contracts';
import { NodeIcon } from '../../canvas/node-icon.tsx';
import { isCallPath, passesOfPath } from '../../execution/step-path.ts';
import type { StepView } from '../../execution/step-view.ts';
import { type Bar, type TimeSpan, toBars, toTicks, toTimeSpan } from '../../execution/timeline-scale.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LiveDuration } from '../../ui/live-duration.tsx';
import { stepLooks } from '../../ui/status.ts';
import { StepStatusBadge } from '../../ui/status-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import classes from './timeline.module.css';

interface TimelineProps {
  detail: ExecutionDetail;
  steps: readonly StepView[];
  nodeTypes: ReadonlyMap<string, NodeType>;
  chosen: string | undefined;
  onChoose(path: string): void;
}

const tickWidth = 66;

/** A row per step with a bar per attempt, on one time axis. */
export function Timeline({ detail, steps, nodeTypes, chosen, onChoose }: TimelineProps) {
  const { t } = useI18n();
  const running = !isTerminal(detail.status);
  const axis = useElementSize();
  const now = useNow(running ? 400 : undefined);
  const span = toTimeSpan(
    steps,
    detail.startedAt,
    Math.max(now, Date.parse(detail.startedAt ?? detail.createdAt)),
  );
  const ticks = toTicks(span, Math.max(1, Math.floor(axis.width / tickWidth)));
  return (
    <div className={classes['timeline']}>
      <div className={classes['axis']} aria-hidden ref={axis.ref}>
        <Ticks span={span} ticks={ticks} labels />
      </div>
      <ul className={classes['rows']} aria-label={t('execution.tabTimeline')}>
        {steps.map((step) => (
          <TimelineRow
            key={step.path}
            step={step}
            span={span}
            ticks={ticks}
            now={now}
            nodeType={nodeTypes.get(step.nodeType)}
            chosen={step.path === chosen}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </div>
  );
}

interface TimelineRowProps {
  step: StepView;
  span: TimeSpan;
  ticks: readonly number[];
  now: number;
  nodeType: NodeType | undefined;
  chosen: boolean;
  onChoose(path: string): void;
}

function TimelineRow({ step, span, ticks, now, nodeType, chosen, onChoose }: TimelineRowProps) {
  const { t } = useI18n();
  const items = Object.values(step.outputCounts).reduce((sum, count) => sum + count, 0);
  const passes = passesOfPath(step.path);
  const facts = [
    passes.length > 0 ? t('step.pass', { number: passes.join('.') }) : undefined,
    step.reused ? t('step.reused') : undefined,
    step.pinned ? t('step.pinned') : undefined,
    step.attempts > 1 ? t('canvas.attempts', { count: step.attempts }) : undefined,
    step.itemsDone > 0 && step.finishedAt === null
      ? t('step.itemsDone', { count: step.itemsDone })
      : undefined,
    step.status === 'succeeded' ? t('canvas.items', { count: items }) : undefined,
  ];
  return (
    <li>
      <button
        type="button"
        className={classes['row']}
        data-chosen={chosen || undefined}
        data-call={isCallPath(step.path) || undefined}
        aria-pressed={chosen}
        onClick={() => onChoose(step.path)}
      >
        <span className={classes['label']}>
          <NodeIcon nodeType={nodeType} size={28} />
          <span className={classes['names']}>
            <span className={classes['name']}>{step.nodeName}</span>
            <span className={classes['facts']}>{facts.filter(Boolean).join(' · ')}</span>
          </span>
        </span>
        <span className={classes['state']}>
          <StepStatusBadge status={step.status} />
        </span>
        <span className={classes['track']}>
          <Ticks span={span} ticks={ticks} />
          {toBars(step, span, now).map((bar) => (
            <BarView key={`${bar.kind} ${bar.left}`} bar={bar} color={stepLooks[step.status].color} />
          ))}
        </span>
        <span className={classes['duration']}>
          {step.reused || step.status === 'skipped' ? (
            '–'
          ) : (
            <LiveDuration startedAt={step.startedAt} finishedAt={step.finishedAt} />
          )}
        </span>
      </button>
    </li>
  );
}

function BarView({ bar, color }: { bar: Bar; color: string }) {
  const { t } = useI18n();
  return (
    <span
      className={classes['bar']}
      data-kind={bar.kind}
      data-color={color}
      title={bar.attempt === undefined ? undefined : t('step.attemptNumber', { number: bar.attempt })}
      style={{ insetInlineStart: `${bar.left * 100}%`, width: `max(3px, ${bar.width * 100}%)` }}
    />
  );
}

interface TicksProps {
  span: TimeSpan;
  ticks: readonly number[];
  labels?: boolean;
}

function Ticks({ span, ticks, labels = false }: TicksProps) {
  const { format } = useI18n();
  const length = span.endMs - span.startMs;
  return ticks.map((at) => (
    <span key={at} className={classes['tick']} style={{ insetInlineStart: `${(at / length) * 100}%` }}>
      {labels && <span>{format.duration(at)}</span>}
    </span>
  ));
}
