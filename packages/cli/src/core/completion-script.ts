import type { SHELLS } from './completion.js';

/** What a shell reads to complete docker-tracker: it asks the command itself, so nothing in here grows old. */
export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# docker-tracker completion bash > /etc/bash_completion.d/docker-tracker
_docker_tracker() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(docker-tracker complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
}
complete -o default -F _docker_tracker docker-tracker
`,
  zsh: `#compdef docker-tracker
# docker-tracker completion zsh > "\${fpath[1]}/_docker-tracker"
_docker_tracker() {
  local line
  local -a candidates
  for line in "\${(@f)$(docker-tracker complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#candidates} )); then _describe docker-tracker candidates; else _files; fi
}
if [[ $funcstack[1] == _docker-tracker ]]; then _docker_tracker "$@"; else compdef _docker_tracker docker-tracker; fi
`,
  fish: `# docker-tracker completion fish > ~/.config/fish/completions/docker-tracker.fish
complete -c docker-tracker -a '(docker-tracker complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};
