import { startLab } from '../../main/adapters/lab'

const [dir, toolEntry] = process.argv.slice(2)
if (!dir || !toolEntry) throw new Error('usage: lab-child DIR TOOL-ENTRY')

const lab = await startLab({ dir, seed: 7, toolEntry })
process.stdout.write(`${JSON.stringify({ sshConfigFile: lab.sshConfigFile, hosts: lab.hosts, planYaml: lab.planYaml })}\n`)
process.stdin.resume()
process.stdin.once('end', () => void lab.close().then(() => process.exit(0)))
