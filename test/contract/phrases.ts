import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Functions whose argument at this place is a sentence that somebody reads. */
const sinks: Readonly<Record<string, number>> = {
  appError: 1,
  warn: 2,
  fail: 2,
  skipRow: 2,
  problemOf: 1,
  warning: 1,
  addWarning: 2,
  invalid: 0,
  configInvalid: 2,
  unreachable: 1,
  unknownError: 2,
  undecided: 1,
  refused: 0,
  refuse: 0,
  giveUp: 1,
  leave: 1,
  say: 0,
  sayLine: 0,
  remark: 0,
  onInterrupt: 0,
  regex: 1,
  refine: 1,
  printTable: 0,
  onMessage: 0,
  description: 0,
  option: 1,
  register: 2,
}
/** Members that hold one. */
const members: ReadonlySet<string> = new Set(['message', 'advice', 'why'])

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)

interface Found {
  text: string
  /** Expressions that fill the blanks. */
  blanks: ts.Expression[]
}

/** Literal text with `{}` for every expression in it. */
const pieces = (node: ts.Expression): Found => {
  if (ts.isStringLiteralLike(node)) return { text: node.text, blanks: [] }
  if (ts.isParenthesizedExpression(node)) return pieces(node.expression)
  if (ts.isTemplateExpression(node))
    return {
      text: node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join(''),
      blanks: node.templateSpans.map(({ expression }) => expression),
    }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [pieces(node.left), pieces(node.right)]
    return { text: left.text + right.text, blanks: [...left.blanks, ...right.blanks] }
  }
  return { text: '{}', blanks: [node] }
}

const numbered = (text: string): string => {
  let count = 0
  return text.replace(/\{\}/g, () => `{${(count += 1)}}`)
}

/** Says something in words of its own: two of them, or one that is no name. */
const isSentence = (text: string): boolean => /[A-Za-z]{2,}[^A-Za-z{}]* [a-z]{2,}|^[a-z]{3,} ?$|[a-z]{2,} \{|\} [a-z]{2,}/.test(text)

/** The head of a column, which may be one word in capitals. */
const isHead = (text: string): boolean => /[A-Z]{2}/.test(text) || isSentence(text)

/** Texts that an expression may become: itself, the sides of a choice, entries of a list, and the texts within its blanks. */
const textsOf = (node: ts.Expression, said: (text: string) => boolean = isSentence): string[] => {
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression, said)
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue, said), ...textsOf(node.whenFalse, said)]
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((one) => textsOf(one, said))
  if (ts.isSpreadElement(node)) return textsOf(node.expression, said)
  if (ts.isBinaryExpression(node) && [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(node.operatorToken.kind))
    return [...textsOf(node.left, said), ...textsOf(node.right, said)]
  if (!isText(node)) return []
  const { text, blanks } = pieces(node)
  return [...(said(text) ? [numbered(text)] : []), ...blanks.flatMap((one) => textsOf(one, said))]
}

const nameOf = (node: ts.CallExpression): string => {
  const { expression } = node
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  return ts.isIdentifier(expression) ? expression.text : ''
}

const sentencesAt = (node: ts.Node): string[] => {
  if (ts.isCallExpression(node)) {
    const place = sinks[nameOf(node)]
    const [first] = node.arguments
    // Only we read what should not be possible.
    if (place === undefined || (first && ts.isStringLiteralLike(first) && first.text === 'internal')) return []
    const argument = node.arguments[place]
    if (!argument) return []
    return textsOf(argument, nameOf(node) === 'printTable' ? isHead : isSentence)
  }
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && members.has(node.name.text)) return textsOf(node.initializer)
  return []
}

/** Every text of a file that stands on its own: for files that do nothing but say why. */
const everyText = (node: ts.Node): string[] =>
  isText(node) && !(node.parent && (isText(node.parent) || ts.isImportDeclaration(node.parent) || ts.isLiteralTypeNode(node.parent)))
    ? textsOf(node as ts.Expression).filter((text) => / /.test(text))
    : []

/** Sentences of one source file, blanks numbered from 1. */
export const sentencesOf = (root: string, file: string, whole: boolean): string[] => {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    // A saying has its Chinese beside it.
    if (
      ts.isObjectLiteralExpression(node) &&
      node.properties.some((one) => one.name && ts.isStringLiteral(one.name) && one.name.text === 'zh-CN')
    )
      return
    found.push(...sentencesAt(node), ...(whole ? everyText(node) : []))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Where a word in double quotes ends, quotes within `$(…)` and `${…}` passed over. */
const endOfQuote = (text: string, from: number): number => {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\\') at += 1
    else if (char === '$' && /[({]/.test(text[at + 1] ?? '')) {
      depth += 1
      at += 1
    } else if (depth > 0 && /[)}]/.test(char ?? '')) depth -= 1
    else if (depth === 0 && char === '"') return at
  }
  return text.length
}

/** Text of a quoted shell word, `{}` for what the shell puts in. */
const shellText = (word: string): string => {
  let text = ''
  let depth = 0
  for (let at = 0; at < word.length; at += 1) {
    const char = word[at] ?? ''
    const next = word[at + 1] ?? ''
    if (char === '$' && /[({]/.test(next)) {
      if (depth === 0) text += '{}'
      depth += 1
      at += 1
    } else if (depth > 0) depth -= /[)}]/.test(char) ? 1 : 0
    else if (char === '$' && /\w/.test(next)) {
      text += '{}'
      while (/\w/.test(word[at + 1] ?? '')) at += 1
    } else if (char === '\\') {
      text += next
      at += 1
    } else text += char
  }
  return text
}

const shellSentences = (text: string): string[] =>
  [...text.matchAll(/\bhr_fail [a-z]+\.[a-z_]+ (["'])/g)].map((found) => {
    const from = found.index + found[0].length
    return found[1] === "'" ? text.slice(from, text.indexOf("'", from)) : shellText(text.slice(from, endOfQuote(text, from)))
  })

const pythonSentences = (text: string): string[] =>
  [...text.matchAll(/\b(?:fail|note)\((?:"[a-z]+\.?[a-z_]+"), ((?:"(?:[^"\\]|\\.)*"\s*)+)/g)].map(([, said = '']) =>
    [...said.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
      .map(([, part]) => part)
      .join('')
      .replace(/\\"/g, '"')
      .replace(/%[sd]/g, '{}'),
  )

/** What scripts on hosts end with: `hr_fail CODE "sentence"`, `fail("code", "sentence" % …)`. */
export const scriptSentencesOf = (root: string, file: string): string[] => {
  const text = readFileSync(join(root, file), 'utf8')
  return (file.endsWith('.sh') ? shellSentences(text) : pythonSentences(text)).filter(isSentence).map(numbered)
}
