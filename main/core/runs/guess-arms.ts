import type { Arm, Level } from '../../../preload/contract'

/** A file to be imported: its path with `/` between folders, and which probe reads it (null: none does). */
export interface NamedFile {
  path: string
  probe: string | null
  /** `armOfPath` of the path, where it is known already. */
  said?: Arm
}

const sizes: readonly (readonly [factor: string, words: RegExp])[] = [
  // `node2` and `rank2` are one of them, `nodes2` are two.
  ['nodes', /^nodes$/],
  ['gpus', /^gpus$/],
  ['ranks', /^(?:np|ranks|nranks|world|worldsize)$/],
  ['batch_size', /^(?:bs|batch|batchsize)$/],
  ['micro_batch_size', /^(?:mbs|microbatch)$/],
  ['global_batch_size', /^gbs$/],
  ['tensor_parallel', /^tp$/],
  ['pipeline_parallel', /^pp$/],
  ['data_parallel', /^dp$/],
  ['expert_parallel', /^ep$/],
  ['sequence_length', /^(?:seq|seqlen)$/],
  ['qps', /^qps$/],
  ['concurrency', /^(?:conc|concurrency)$/],
  ['workers', /^workers$/],
  ['streams', /^streams$/],
]
const fabrics: readonly (readonly [level: string, words: RegExp])[] = [
  ['infiniband', /^(?:infiniband|ib|ib\d|[fehnx]dr\d{0,3})$/],
  ['roce', /^roce(?:v\d)?$/],
  ['ethernet', /^(?:ethernet|eth|eth\d|\d{0,3}gbe)$/],
  ['tcp', /^(?:tcp|sockets?)$/],
]
const dtype = /^(?:fp(?:64|32|16|8)|bf16|tf32|int8|float(?:64|32|16)|bfloat16)$/
const assignment =
  /([A-Za-z][A-Za-z0-9.-]{0,30}(?:_[A-Za-z][A-Za-z0-9]{0,30}){0,4})=([^,;&=\s]{1,64}?)(?=$|[,;&\s]|[_-][A-Za-z][\w.-]{0,60}=)/g
const zeroStage = /(?:^|[^a-z0-9])(?:deepspeed|ds)?[-_ ]?(?:zero[-_ ]?(?:stage)?|stage)[-_ ]?([0-3])(?![0-9])/i
/** What repeats of one measurement, machines and days are called: names that say nothing of an arm. */
const noArm =
  /^(?:rep|repeat|run|trial|try|iter|attempt|launch|node|host|rank|gpu|job|test|results?|logs?|out(?:put)?)?[-_.]?(?:\d+|[0-9a-f]{8,})?$|^\d{4}-?\d\d-?\d\d/i

const levelOf = (text: string): Level => (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?$/.test(text) ? Number(text) : text)

const fabricOf = (tokens: readonly string[]): string | null => {
  const said = fabrics.filter(([, words]) => tokens.some((token) => words.test(token))).map(([level]) => level)
  // `roce-eth1` is RoCE, `tcp-ethernet` Ethernet; `ib-over-tcp` says both.
  if (said.includes('roce') && !said.includes('infiniband')) return 'roce'
  if (said.length === 2 && said.includes('ethernet') && said.includes('tcp')) return 'ethernet'
  return said.length === 1 ? (said[0] ?? null) : null
}

const sizesOf = (tokens: readonly string[]): Arm => {
  const arm: Arm = {}
  tokens.forEach((token, index) => {
    const joined = /^([a-z]+)(\d{1,6})$/.exec(token)
    const reversed = /^(\d{1,6})(node|gpu|rank)s?$/.exec(token)
    const apart = /^\d{1,6}$/.test(tokens[index + 1] ?? '') ? [token, token, tokens[index + 1]] : null
    const [, word, number] = joined ?? (reversed && [reversed[0], `${reversed[2] ?? ''}s`, reversed[1]]) ?? apart ?? []
    const factor = word === undefined ? undefined : sizes.find(([, words]) => words.test(word))?.[0]
    if (factor !== undefined && number !== undefined) arm[factor] = Number(number)
  })
  return arm
}

/** What one folder's or file's name says. */
const armOfPart = (part: string): Arm => {
  const arm: Arm = {}
  let rest = part
  for (const [whole, factor = '', level = ''] of part.matchAll(assignment)) {
    arm[factor] = levelOf(level)
    rest = rest.replace(whole, ' ')
  }
  const tokens = rest
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((token) => token !== '')
  const stage = zeroStage.exec(rest)?.[1] ?? tokens.map((token) => /^z([0-3])$/.exec(token)?.[1]).find((found) => found !== undefined)
  const fabric = fabricOf(tokens)
  const type = tokens.find((token) => dtype.test(token))
  return {
    ...sizesOf(tokens),
    ...(stage === undefined ? {} : { zero_stage: Number(stage) }),
    ...(fabric === null ? {} : { fabric }),
    ...(type === undefined ? {} : { dtype: type }),
    ...arm,
  }
}

const partsOf = (path: string): { folders: string[]; stem: string } => {
  const folders = path.split('/')
  const name = folders.pop() ?? ''
  return { folders, stem: name.replace(/(?:\.[A-Za-z][A-Za-z0-9]{0,6}){1,2}$/, '') }
}

/** What the names of folders and file say; the one nearest to the file counts. */
export const armOfPath = (path: string): Arm => {
  const { folders, stem } = partsOf(path)
  return Object.assign({}, ...[...folders, stem].map(armOfPart)) as Arm
}

/** More folders than these beside each other are no levels of a factor. */
const mostFolders = 16

/** What one name, a factor's or a folder's, stands for in the files of each probe; two levels are enough to tell them apart. */
class Levels {
  private readonly byProbe = new Map<string | null, Level>()
  /** Files of one probe differ in it. */
  varies = false

  add(probe: string | null, level: Level): void {
    const known = this.byProbe.get(probe)
    if (known === undefined) this.byProbe.set(probe, level)
    else if (known !== level) this.varies = true
  }
}

/** The folders that lie at one depth. */
class FolderNames extends Levels {
  private readonly names = new Set<string>()

  override add(probe: string | null, name: string): void {
    if (this.names.size <= mostFolders) this.names.add(name)
    super.add(probe, name)
  }

  get differ(): boolean {
    return this.names.size > 1
  }

  /** Neither repeats nor machines. */
  get areLevels(): boolean {
    const known = [...this.names]
    const shapes = new Set(known.map((name) => name.replace(/\d+/g, '0')))
    return known.length <= mostFolders && shapes.size > 1 && known.every((name) => !noArm.test(name) && name.length <= 64)
  }
}

/**
 * The arm of each file as the names of its folders and itself tell it: `fabric=ib`, `zero2`, `ethernet/`, `tp8`. Only factors whose
 * levels differ among the files of a probe; where there is none, `variant` from folders such as `before/`, `after/`. File by file, so
 * that whoever has many can let others have their turn between two.
 */
export class ArmGuess {
  private readonly factors = new Map<string, Levels>()
  private readonly folders: FolderNames[] = []
  private chosen: { factors: string[]; depth: number | null } | null = null

  /** All files, before the first arm is asked for. */
  add({ path, probe, said = armOfPath(path) }: NamedFile): void {
    this.chosen = null
    for (const [factor, level] of Object.entries(said)) {
      const levels = this.factors.get(factor) ?? new Levels()
      this.factors.set(factor, levels)
      levels.add(probe, level)
    }
    partsOf(path).folders.forEach((name, depth) => (this.folders[depth] ??= new FolderNames()).add(probe, name))
  }

  armOf({ path, said = armOfPath(path) }: NamedFile): Arm {
    const { factors, depth } = (this.chosen ??= this.choose())
    const variant = depth === null ? undefined : partsOf(path).folders[depth]
    if (variant !== undefined) return { variant }
    return Object.fromEntries(factors.flatMap((factor) => (said[factor] === undefined ? [] : [[factor, said[factor]]])))
  }

  private choose(): { factors: string[]; depth: number | null } {
    const factors = [...this.factors].filter(([, { varies }]) => varies).map(([factor]) => factor)
    if (factors.length > 0) return { factors, depth: null }
    // The first folders that differ, and none below them.
    const depth = this.folders.findIndex(({ differ }) => differ)
    const names = this.folders[depth]
    return { factors, depth: names?.areLevels && names.varies ? depth : null }
  }
}

/** The arm of each file, in order. */
export const guessArms = (files: readonly NamedFile[]): Arm[] => {
  const guess = new ArmGuess()
  for (const file of files) guess.add(file)
  return files.map((file) => guess.armOf(file))
}
