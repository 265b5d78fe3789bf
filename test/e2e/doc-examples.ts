/** An example in the documentation of something: a program of its own, and the lines that it says it prints. */
export interface DocExample {
  /** What is documented, such as `submit`. */
  readonly of: string;
  readonly code: string;
  readonly output: readonly string[];
}

/**
 * The examples in the TSDoc comments of a source: the `ts` blocks that follow an `@example`. What a line prints stands behind it, or on
 * lines of their own below it, after `// =>`.
 */
export function docExamples(source: string): readonly DocExample[] {
  const comments = source.matchAll(/^[ \t]*\/\*\*(.*?)\*\/\s*([^\n]*)/gms);
  return [...comments].flatMap(([, comment = '', declaration = '']) => {
    const text = comment.replaceAll(/^[ \t]*\* ?/gm, '');
    const blocks = text.matchAll(/^@example[^\n]*\n(?:(?!@)[^`]*?\n)?```ts\n(.*?)^```$/gms);
    return [...blocks].map(([, code = '']) => ({
      of: nameIn(declaration),
      code,
      output: [...code.matchAll(/\/\/ => (.*)$/gm)].map(([, line = '']) => line),
    }));
  });
}

/** The name that a declaration declares. */
function nameIn(declaration: string): string {
  const words = declaration.match(/[\w$]+/g) ?? [];
  const modifiers = new Set(
    'export default declare abstract static readonly async get function class interface type const'.split(
      ' ',
    ),
  );
  return words.find((word) => !modifiers.has(word)) ?? 'nothing';
}
