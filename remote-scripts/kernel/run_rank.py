"""One rank of the user's command: HR_COMMAND by a shell, in HR_FOLDER; rank HR_PROFILED_RANK behind the words of HR_PROFILER, one a line."""
import os

import rank_process

if __name__ == "__main__":
    rank_process.die_with_parent("run_rank")
    os.chdir(os.environ["HR_FOLDER"])
    words = os.environ["HR_PROFILER"].split("\n") if os.environ["RANK"] == os.environ["HR_PROFILED_RANK"] else []
    words += ["sh", "-c", os.environ["HR_COMMAND"]]
    os.execvp(words[0], words)
