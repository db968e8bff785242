/** The syntax tree. `at` is the offset of the node in the whole template, for messages. */
export type Expression =
  | { type: 'literal'; at: number; value: string | number | bigint | boolean | null | undefined }
  | { type: 'regex'; at: number; source: string; flags: string }
  | { type: 'template'; at: number; texts: string[]; values: Expression[] }
  | { type: 'name'; at: number; name: string }
  | { type: 'array'; at: number; elements: (Expression | Spread | null)[] }
  | { type: 'object'; at: number; properties: (Property | Spread)[] }
  | MemberExpression
  | { type: 'call'; at: number; callee: Expression; args: (Expression | Spread)[]; optional: boolean }
  /** The end of a `?.` chain: what is inside becomes undefined as a whole. */
  | { type: 'chain'; at: number; body: Expression }
  | { type: 'new'; at: number; callee: Expression; args: (Expression | Spread)[] }
  | { type: 'unary'; at: number; operator: UnaryOperator; operand: Expression }
  | { type: 'update'; at: number; operator: '++' | '--'; prefix: boolean; target: Expression }
  | { type: 'binary'; at: number; operator: BinaryOperator; left: Expression; right: Expression }
  | { type: 'logical'; at: number; operator: LogicalOperator; left: Expression; right: Expression }
  | { type: 'conditional'; at: number; test: Expression; consequent: Expression; alternate: Expression }
  | { type: 'assign'; at: number; operator: string; target: Pattern | MemberExpression; value: Expression }
  | { type: 'sequence'; at: number; expressions: Expression[] }
  | FunctionExpression;

export interface MemberExpression {
  type: 'member';
  at: number;
  object: Expression;
  /** A string for `a.b`, an expression for `a[b]`. */
  property: string | Expression;
  optional: boolean;
}

export interface FunctionExpression {
  type: 'function';
  at: number;
  name?: string;
  params: Pattern[];
  body: Expression | BlockStatement;
  /** Written with `=>` and not in parentheses: nothing may follow it. */
  isArrow: boolean;
}

export interface Spread {
  type: 'spread';
  at: number;
  value: Expression;
}

export interface Property {
  type: 'property';
  at: number;
  key: string | Expression;
  value: Expression;
  /** `{ a = 1 }`, which only a pattern may hold. */
  isPatternOnly?: boolean;
}

export type UnaryOperator = '!' | '-' | '+' | '~' | 'typeof' | 'void' | 'delete';
export type LogicalOperator = '&&' | '||' | '??';
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '=='
  | '!='
  | '==='
  | '!=='
  | '<'
  | '>'
  | '<='
  | '>='
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | 'in'
  | 'instanceof';

export type Pattern =
  | { type: 'name'; at: number; name: string }
  | { type: 'arrayPattern'; at: number; elements: (Pattern | null)[] }
  | {
      type: 'objectPattern';
      at: number;
      properties: { key: string | Expression; value: Pattern }[];
      rest?: Pattern;
    }
  | { type: 'default'; at: number; target: Pattern; value: Expression }
  | { type: 'rest'; at: number; target: Pattern };

export interface BlockStatement {
  type: 'block';
  at: number;
  body: Statement[];
}

export type DeclarationKind = 'const' | 'let' | 'var';
export interface Declaration {
  type: 'declare';
  at: number;
  kind: DeclarationKind;
  bindings: { target: Pattern; value: Expression | undefined }[];
}

export type Statement =
  | BlockStatement
  | Declaration
  | { type: 'evaluate'; at: number; value: Expression }
  | { type: 'if'; at: number; test: Expression; consequent: Statement; alternate: Statement | undefined }
  | { type: 'return'; at: number; value: Expression | undefined }
  | { type: 'throw'; at: number; value: Expression }
  | {
      type: 'for';
      at: number;
      init: Declaration | Expression | undefined;
      test: Expression | undefined;
      update: Expression | undefined;
      body: Statement;
    }
  | {
      type: 'forEach';
      at: number;
      over: 'of' | 'in';
      kind: DeclarationKind;
      target: Pattern;
      source: Expression;
      body: Statement;
    }
  | { type: 'while'; at: number; test: Expression; body: Statement; testsFirst: boolean }
  | {
      type: 'switch';
      at: number;
      subject: Expression;
      cases: { test: Expression | undefined; body: Statement[] }[];
    }
  | {
      type: 'try';
      at: number;
      body: BlockStatement;
      param: Pattern | undefined;
      handler: BlockStatement | undefined;
      finalizer: BlockStatement | undefined;
    }
  | { type: 'break'; at: number }
  | { type: 'continue'; at: number }
  | { type: 'empty'; at: number };
