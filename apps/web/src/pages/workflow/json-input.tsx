import { LazyJson } from '../../json/lazy-json.tsx';
import { InputProblem } from './input-problem.tsx';
import type { InputCheck } from './run-input.ts';

interface JsonInputProps {
  label: string;
  help: string;
  value: string;
  /** Of the value. */
  check: InputCheck;
  minHeight: string;
  maxHeight: string;
  onChange(value: string): void;
}

/** A field for input as JSON; below it what is wrong with it, or what it takes. */
export function JsonInput({ check, help, ...editor }: JsonInputProps) {
  return (
    <>
      <LazyJson {...editor} />
      <InputProblem check={check} help={help} />
    </>
  );
}
