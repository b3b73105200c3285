/** Whether the words begin a Python program: `python3 train.py`, `train.py`, `-m train`. */
export const isPythonCommand = (command: string): boolean => /^\s*(?:\S*\/)?(?:python[\d.]*\s|-m\s|\S+\.py(?:\s|$))/.test(command)
