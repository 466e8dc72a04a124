/* The shells' parts of the completion scripts. What they call is made from the tables by
 * completion.c:
 *   _temporal_skill_commands           name, tab, summary
 *   _temporal_skill_flags COMMAND      flag, tab, help
 *   _temporal_skill_kind COMMAND FLAG  what its value is; nothing where it takes none
 *   _temporal_skill_argument COMMAND N what its Nth argument is
 *
 * Values that are asked for come from the program that stands on the line, which gets a second. */
#include "completion.h"

#include <stddef.h>

/* Nobody has asked for anything yet: see COMPLETION_VARIABLE in core/configuration/load.h. */
#define COMPLETES "env TEMPORAL_SKILL_COMPLETES=1"

#define ASK_WORKFLOWS                                                                              \
	"list-recent-workflows --minutes 1440 --limit 200 --command-timeout 1 -o jsonl"
#define TAKE_WORKFLOWS "sed -n 's/^{\"workflow_id\":\"\\([^\"\\\\]*\\)\".*/\\1/p'"
#define TAKE_RECIPES   "sed -n 's/^{\"name\":\"\\([^\"\\\\]*\\)\".*/\\1/p'"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): a line of the script may be put together */
/* clang-format off: one line of the script a line */
#define VALUES                                                                                     \
	"# PROGRAM KIND: what can stand there, one a line.", "_temporal_skill_values() {",         \
		"	case $2 in",                                                               \
		"	" KIND_WORKFLOWS ") " COMPLETES " \"$1\" " ASK_WORKFLOWS                   \
		" 2>/dev/null | " TAKE_WORKFLOWS " ;;",                                            \
		"	" KIND_RECIPES ") " COMPLETES                                              \
		" \"$1\" list-recipes -o jsonl 2>/dev/null | " TAKE_RECIPES " ;;",                 \
		"	" KIND_STATUSES ") _temporal_skill_statuses ;;",                           \
		"	" KIND_COMMANDS ") _temporal_skill_commands | cut -f 1 ;;",                \
		"	'='*) printf '%s\\n' \"${2#=}\" | tr ' ' '\\n' ;;", "	esac", "}"

const char *const completion_bash[] = {
	VALUES,
	"",
	"# KIND WORD: proposes what begins like the word.",
	"_temporal_skill_propose() {",
	"	local kind=$1 word=$2 list='' line breaks='' cut=''",
	"	case $kind in",
	"	" KIND_FILES ") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen "
	"-f -- \"$word\"); return ;;",
	"	" KIND_FOLDERS ") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < "
	"<(compgen -d -- \"$word\"); return ;;",
	"	" KIND_STATUSES ") list=${word%\"${word##*,}\"} ;;",
	"	esac",
	"	# Readline puts what is proposed behind the last of these, not in place of the "
	"word.",
	"	[[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'",
	"	[[ $COMP_WORDBREAKS == *=* ]] && breaks+='='",
	"	[[ $breaks ]] && cut=${word%\"${word##*[\"$breaks\"]}\"}",
	"	while IFS= read -r line; do",
	"		line=$list${line%%$'\\t'*}",
	"		[[ $line == \"$word\"* ]] && COMPREPLY+=(\"${line#\"$cut\"}\")",
	"	done",
	"}",
	"",
	"_temporal_skill() {",
	"	local line=${COMP_LINE:0:COMP_POINT} word='' flag='' command='' seen",
	"	local -i count=0",
	"	local -a before",
	"	COMPREPLY=()",
	"	read -ra before <<<\"$line\"",
	"	if [[ $line != *[[:blank:]] ]]; then",
	"		word=${before[-1]}",
	"		unset 'before[-1]'",
	"	fi",
	"	for seen in \"${before[@]:1}\"; do",
	"		if [[ $flag ]]; then",
	"			flag=''",
	"			continue",
	"		fi",
	"		case $seen in",
	"		--) _temporal_skill_propose " KIND_FILES " \"$word\"; return ;;",
	"		-*=*) ;;",
	"		-*) [[ $(_temporal_skill_kind \"$command\" \"$seen\") ]] && flag=$seen ;;",
	"		*) if [[ $command ]]; then count+=1; else command=${seen%.sh}; fi ;;",
	"		esac",
	"	done",
	"	if [[ ! $flag && $word == --*=* ]]; then",
	"		flag=${word%%=*}",
	"		word=${word#*=}",
	"	fi",
	"	local kind",
	"	if [[ $flag ]]; then",
	"		kind=$(_temporal_skill_kind \"$command\" \"$flag\")",
	"	elif [[ $word == -* ]]; then",
	"		_temporal_skill_propose flags \"$word\" < <(_temporal_skill_flags "
	"\"$command\")",
	"		return",
	"	elif [[ $command ]]; then",
	"		kind=$(_temporal_skill_argument \"$command\" $((count + 1)))",
	"	else",
	"		kind=" KIND_COMMANDS,
	"	fi",
	"	_temporal_skill_propose \"$kind\" \"$word\" < <(_temporal_skill_values "
	"\"${before[0]}\" \"$kind\")",
	"}",
	"complete -F _temporal_skill temporal-skill",
	NULL,
};

const char *const completion_zsh[] = {
	VALUES,
	"",
	"# LABEL LINE...: proposes words with what is said of them behind the tab.",
	"_temporal_skill_describe() {",
	"	local label=$1",
	"	local -a rows",
	"	shift",
	"	rows=(\"${@//:/\\\\:}\")",
	"	rows=(\"${rows[@]/$'\\t'/:}\")",
	"	_describe \"$label\" rows",
	"}",
	"",
	"_temporal_skill() {",
	"	local flag='' command='' seen kind",
	"	local -i count=0",
	"	for seen in \"${(@)words[2,CURRENT-1]}\"; do",
	"		if [[ -n $flag ]]; then",
	"			flag=''",
	"			continue",
	"		fi",
	"		case $seen in",
	"		--) _files; return ;;",
	"		-*=*) ;;",
	"		-*) [[ -n $(_temporal_skill_kind \"$command\" \"$seen\") ]] && flag=$seen "
	";;",
	"		*) if [[ -n $command ]]; then count+=1; else command=${seen%.sh}; fi ;;",
	"		esac",
	"	done",
	"	if [[ -z $flag && $PREFIX == --*=* ]]; then",
	"		flag=${PREFIX%%=*}",
	"		compset -P '*='",
	"	fi",
	"	if [[ -n $flag ]]; then",
	"		kind=$(_temporal_skill_kind \"$command\" \"$flag\")",
	"	elif [[ $PREFIX == -* ]]; then",
	"		_temporal_skill_describe flag \"${(@f)$(_temporal_skill_flags "
	"\"$command\")}\"",
	"		return",
	"	elif [[ -n $command ]]; then",
	"		kind=$(_temporal_skill_argument \"$command\" $((count + 1)))",
	"	else",
	"		_temporal_skill_describe command \"${(@f)$(_temporal_skill_commands)}\"",
	"		return",
	"	fi",
	"	case $kind in",
	"	" KIND_FILES ") _files ;;",
	"	" KIND_FOLDERS ") _files -/ ;;",
	"	*)",
	"		[[ $kind == " KIND_STATUSES " ]] && compset -P '*,'",
	"		compadd -- ${(f)\"$(_temporal_skill_values \"${words[1]}\" \"$kind\")\"}",
	"		;;",
	"	esac",
	"}",
	"# As a file in fpath it is the function itself, also when called again; sourced, it "
	"registers it.",
	"if [[ $zsh_eval_context[-1] == (loadautofunc|shfunc) ]]; then",
	"	_temporal_skill \"$@\"",
	"else",
	"	compdef _temporal_skill temporal-skill",
	"fi",
	NULL,
};

const char *const completion_fish[] = {
	"# KIND: what can stand there, one a line.",
	"function __temporal_skill_values",
	"	set -l program (commandline -opc)[1]",
	"	switch $argv[1]",
	"		case " KIND_WORKFLOWS,
	"			" COMPLETES " $program " ASK_WORKFLOWS
	" 2>/dev/null | " TAKE_WORKFLOWS,
	"		case " KIND_RECIPES,
	"			" COMPLETES
	" $program list-recipes -o jsonl 2>/dev/null | " TAKE_RECIPES,
	"	end",
	"end",
	"",
	"# The command on the line, if there is one; behind a flag that takes a value stands none.",
	"function __temporal_skill_command",
	"	set -l skip no",
	"	for word in (commandline -opc)[2..-1]",
	"		if test $skip = yes",
	"			set skip no",
	"		else if contains -- $word $__temporal_skill_valued",
	"			set skip yes",
	"		else if not string match -q -- '-*' $word",
	"			string replace -r '\\.sh$' '' -- $word",
	"			return",
	"		end",
	"	end",
	"end",
	"function __temporal_skill_is",
	"	test \"$(__temporal_skill_command)\" = \"$argv[1]\"",
	"end",
	"complete -c temporal-skill -f",
	NULL,
};
/* clang-format on */
/* NOLINTEND(bugprone-suspicious-missing-comma) */
