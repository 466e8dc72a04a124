# shellcheck shell=sh
# Part of deps/install.sh: a system without dpkg is only asked whether what is needed works: a library is compiled and
# linked against, a program is run.
# shellcheck disable=SC2154 # packages, checks, deps are the caller's

# links MODULES HEADERS STATEMENT: whether a program with these headers and that statement compiles and links, with the
# flags of these pkg-config modules and the linker's options that follow.
links() {
	flags=
	[ -z "$1" ] || flags=$("${PKG_CONFIG:-pkg-config}" --cflags --libs "$1" 2>&1) || return 1
	{
		for header in $2; do
			echo "#include <$header>"
		done
		echo "int main(void) { $3; return 0; }"
	} >"$trial/links.c"
	# shellcheck disable=SC2086 # CC may be a command with options, as make takes it
	${CC:-gcc} -std=c17 -o "$trial/links" "$trial/links.c" $flags ${4-}
}

runs() {
	"$@" </dev/null
}

works() {
	case $1 in
	compiler) links '' 'stdint.h stdio.h' 'return (int)(uint8_t)puts("")' ;;
	make) runs "${MAKE:-make}" --version ;;
	pkg_config) runs "${PKG_CONFIG:-pkg-config}" --version ;;
	libcurl) links libcurl curl/curl.h 'curl_version()' ;;
	libcjson) links libcjson cjson/cJSON.h 'cJSON_Version()' ;;
	inih) links inih ini.h 'ini_parse("", 0, 0)' ;;
	libmd) links libmd 'sys/types.h stdint.h sha2.h' 'SHA2_CTX c; SHA256Init(&c)' ;;
	libprotobuf_c) links libprotobuf-c protobuf-c/protobuf-c.h 'protobuf_c_version()' ;;
	protoc_c) runs protoc-c --proto_path=core/temporal --c_out="$trial" temporal.proto ;;
	cmocka) links '' 'stdarg.h stddef.h setjmp.h stdint.h cmocka.h' 'print_message("")' -lcmocka ;;
	python) runs python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' ;;
	git | protoc | chromium | chromedriver | zsh | fish | groff | valgrind | cppcheck | shellcheck | lintian | \
		debootstrap) runs "$1" --version ;;
	openssl) runs openssl version ;;
	dh) runs dh --help ;;
	dpkg_buildpackage) runs dpkg-buildpackage --version ;;
	clang)
		echo '#include <stddef.h>
int LLVMFuzzerTestOneInput(const char *bytes, size_t size) { return !bytes && size; }' >"$trial/fuzz.c"
		clang-14 -fsanitize=fuzzer,address -o "$trial/fuzz" "$trial/fuzz.c"
		;;
	clang_tidy) runs clang-tidy-14 --version ;;
	clang_format) runs clang-format-14 --version ;;
	esac
}

# What to look for, in the words of their makers.
name_of() {
	case $1 in
	compiler) echo "a C17 compiler with the C library's headers (gcc, or CC=...)" ;;
	python) echo "Python 3.11 or newer with ensurepip and venv" ;;
	clang) echo "clang-14 with libFuzzer" ;;
	libmd) echo "libmd (sha2.h)" ;;
	dpkg_buildpackage) echo dpkg-dev ;;
	clang_tidy | clang_format) echo "$1-14" | tr _ - ;;
	*) echo "$1" | tr _ - ;;
	esac
}

check_other_system() {
	mkdir -p "$deps"
	trial=$(mktemp -d "$deps/trial.XXXXXX")
	lacking=
	for what in $checks; do
		case " $lacking " in
		*" $what "*) continue ;;
		esac
		works "$what" >/dev/null 2>&1 || lacking="$lacking $what"
	done
	rm -rf "$trial"
	[ -n "$lacking" ] || return 0
	say "not a Debian system, so please install what is missing or does not work:" >&2
	for what in $lacking; do
		echo "  $(name_of "$what")" >&2
	done
	# shellcheck disable=SC2086 # a list of words, on one line
	say "on Debian these packages bring it all:" $packages >&2
	exit 1
}
