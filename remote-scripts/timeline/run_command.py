"""One rank of a command that is no benchmark of ours: runs HR_COMMAND by a shell, in HR_FOLDER, in this process's place."""
import os

import rank_process

if __name__ == "__main__":
    rank_process.die_with_parent("run_command")
    os.chdir(os.path.expanduser(os.environ.get("HR_FOLDER") or "~"))
    os.execvp("sh", ["sh", "-c", os.environ["HR_COMMAND"]])
