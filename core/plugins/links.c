/* What an object links to, read from its dynamic section. */
#include "links.h"

#include "text/path.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct object {
	struct tsk_call *call;
	const uint8_t *bytes;
	size_t size;
	const ElfW(Phdr) * segments; /* a copy: the file need not be aligned */
	size_t segment_count;
};

/* size bytes that the loader maps at the address; NULL: they are not in the file. */
static const uint8_t *at_address(const struct object *object, ElfW(Addr) address, size_t size)
{
	for (size_t i = 0; i < object->segment_count; i++) {
		const ElfW(Phdr) *segment = &object->segments[i];
		if (segment->p_type != PT_LOAD || address < segment->p_vaddr)
			continue;
		size_t within = address - segment->p_vaddr;
		if (within > segment->p_filesz || size > segment->p_filesz - within)
			continue;
		if (segment->p_offset > object->size ||
		    within + size > object->size - segment->p_offset)
			return NULL;
		return object->bytes + segment->p_offset + within;
	}
	return NULL;
}

static bool read_segments(struct object *object)
{
	ElfW(Ehdr) header;

	if (object->size < sizeof(header))
		return false;
	memcpy(&header, object->bytes, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
	    header.e_phentsize != sizeof(ElfW(Phdr)) || header.e_phoff > object->size ||
	    header.e_phnum > (object->size - header.e_phoff) / sizeof(ElfW(Phdr)))
		return false;
	ElfW(Phdr) *segments = tsk_alloc(object->call, header.e_phnum * sizeof(*segments) + 1);
	memcpy(segments, object->bytes + header.e_phoff, header.e_phnum * sizeof(*segments));
	object->segments = segments;
	object->segment_count = header.e_phnum;
	return true;
}

/* ---- where the system keeps its libraries ---- */

static bool only_root_writes(const char *path)
{
	struct stat about;

	return !stat(path, &about) && about.st_uid == 0 && !(about.st_mode & (S_IWGRP | S_IWOTH));
}

static bool is_of_system(const char *path)
{
	static const char *const folders[] = { "/lib",       "/lib64",         "/usr/lib",
					       "/usr/lib64", "/usr/local/lib", "/nix/store",
					       "/gnu/store" };
	char resolved[PATH_MAX];

	/* What is not there is not loaded. "/usr/lib/../../home" is there. */
	if (*path != '/' || strstr(path, "/..") || strchr(path, '$'))
		return false;
	if (realpath(path, resolved) && !only_root_writes(resolved))
		return false;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (path_is_within(path, folders[i]))
			return true;
	return false;
}

/* ---- what it names ---- */

static const char *library_problem(struct tsk_call *call, const char *name)
{
	if (!strchr(name, '/') || is_of_system(name))
		return NULL;
	return tsk_format(call,
			  "it loads '%s', whose content would not be checked: link it statically",
			  name);
}

static const char *folders_problem(struct tsk_call *call, const char *folders)
{
	while (*folders) {
		size_t length = strcspn(folders, ":");
		const char *folder = tsk_copy_bytes(call, folders, length);
		if (*folder && !is_of_system(folder))
			return tsk_format(
				call,
				"it loads libraries from '%s', whose content would not be "
				"checked: link them statically",
				folder);
		folders += length + (folders[length] == ':');
	}
	return NULL;
}

static const char *entry_problem(const struct object *object, const ElfW(Dyn) * entry,
				 ElfW(Addr) strings)
{
	struct tsk_call *call = object->call;
	ElfW(Addr) address = strings + entry->d_un.d_val;
	size_t length = 0;
	const char *text = (const char *)at_address(object, address, 1);

	if (!text)
		return "its dynamic section is damaged";
	while (at_address(object, address, length + 1) && text[length])
		length++;
	text = tsk_copy_bytes(call, text, length);
	switch (entry->d_tag) {
	case DT_NEEDED: return library_problem(call, text);
	case DT_RPATH:
	case DT_RUNPATH: return folders_problem(call, text);
	default:
		return tsk_format(call, "it has '%s' loaded beside it, which is not checked", text);
	}
}

static bool names_another(ElfW(Sxword) tag)
{
	return tag == DT_NEEDED || tag == DT_RPATH || tag == DT_RUNPATH || tag == DT_AUDIT ||
	       tag == DT_DEPAUDIT || tag == DT_FILTER || tag == DT_AUXILIARY;
}

const char *links_problem(struct tsk_call *call, const uint8_t *bytes, size_t size)
{
	struct object object = { .call = call, .bytes = bytes, .size = size };
	ElfW(Addr) dynamic = 0, strings = 0;
	ElfW(Dyn) entry;
	const char *problem = NULL;
	const uint8_t *at;

	if (!read_segments(&object))
		return NULL;
	for (size_t i = 0; i < object.segment_count; i++)
		if (object.segments[i].p_type == PT_DYNAMIC)
			dynamic = object.segments[i].p_vaddr;
	for (size_t i = 0; (at = at_address(&object, dynamic + i * sizeof(entry), sizeof(entry)));
	     i++) {
		memcpy(&entry, at, sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag == DT_STRTAB)
			strings = entry.d_un.d_ptr;
	}
	for (size_t i = 0; !problem && dynamic &&
			   (at = at_address(&object, dynamic + i * sizeof(entry), sizeof(entry)));
	     i++) {
		memcpy(&entry, at, sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		if (names_another(entry.d_tag))
			problem = entry_problem(&object, &entry, strings);
	}
	return problem;
}
