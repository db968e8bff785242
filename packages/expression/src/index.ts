export type { References } from './compile/compiler.ts';
export { type CompiledParameters, compileParameters } from './compile-parameters.ts';
export { type CompiledTemplate, compileTemplate } from './compile-template.ts';
export { type ExpressionErrorCode, expressionErrors } from './errors.ts';
export { createPatternTest, type PatternTest } from './regex/pattern-test.ts';
export type { ExpressionScope, ItemView, NodeView, OutputSelector } from './scope.ts';
export {
  type ExpressionMode,
  parseTemplate,
  type Template,
  type TemplateOptions,
  type TemplatePart,
} from './syntax/parse-template.ts';
export { toJsonValue } from './to-json-value.ts';
