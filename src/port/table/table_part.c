/*
 * Parts of an .xlsx archive as streams of XML.
 *
 * The file comes from outside and may be made to hurt: an archive that unpacks to terabytes, a
 * directory of millions of entries, entities that multiply, nesting without end. So the directory is
 * weighed before libzip loads it, every byte unpacked counts against a total and against its packed
 * size, a document type (the only way to entities) is refused, and depth is limited. Nothing is ever
 * written to disk, and parts are found by exact name, so names with ".." or "/" lead nowhere.
 */
#include "port/table/table_xlsx_int.h"

#include <expat.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#define PIECE_BYTES (64 << 10)
#define END_RECORD_BYTES 22
#define END_SEARCH_BYTES (END_RECORD_BYTES + 65535) /* the record may carry a comment */

static u32 le32(const u8 *p) { return (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24; }

static err broken(struct fail *f, const char *why)
{
	return fail_set(f, ERR_SYNTAX, T_TABLE_ZIP, STR("file"), STR_NIL, str_c(why));
}

/* Whether the end record found in the tail promises a directory of bearable size. */
static err weigh(const u8 *tail, size_t n, struct fail *f)
{
	for (size_t i = n - END_RECORD_BYTES + 1; i-- > 0;) {
		if (memcmp(tail + i, "PK\5\6", 4) != 0)
			continue;
		if (i >= 20 && memcmp(tail + i - 20, "PK\6\7", 4) == 0)
			return broken(f, "zip64");
		if (le32(tail + i + 12) > TABLE_XLSX_DIRECTORY_MAX)
			return fail_set(f, ERR_TOO_LARGE, T_TABLE_BOMB, STR("file"), STR("zip"), STR("4 MiB"));
		return OK;
	}
	return broken(f, "end");
}

static err weigh_directory(const char *path, struct fail *f)
{
	static const char unreadable[] = "read";
	u8 tail[END_SEARCH_BYTES + 20];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < END_RECORD_BYTES) {
		if (fd >= 0)
			close(fd);
		return broken(f, fd < 0 ? unreadable : "end");
	}
	size_t n = st.st_size < (off_t)sizeof(tail) ? (size_t)st.st_size : sizeof(tail);
	ssize_t got = pread(fd, tail, n, st.st_size - (off_t)n);
	close(fd);
	return got == (ssize_t)n ? weigh(tail, n, f) : broken(f, unreadable);
}

err xlsx_archive_open(struct xlsx_archive *z, const char *path, struct fail *f)
{
	TRY(weigh_directory(path, f));
	int code = 0;
	z->zip = zip_open(path, ZIP_RDONLY, &code);
	z->unpacked = 0;
	if (z->zip)
		return OK;
	zip_error_t error;
	zip_error_init_with_code(&error, code);
	err e = broken(f, zip_error_strerror(&error));
	zip_error_fini(&error);
	return e;
}

void xlsx_archive_close(struct xlsx_archive *z)
{
	if (z->zip)
		zip_discard(z->zip);
	z->zip = NULL;
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static void on_start(void *of, const char *name, const char **attrs)
{
	struct xlsx_part *p = of;
	if (++p->depth > TABLE_XLSX_DEPTH_MAX) {
		fail_set(&p->why, ERR_SYNTAX, T_TABLE_XML, str_c(p->name), STR_NIL, STR("depth"));
		xlsx_part_stop(p);
	} else if (p->start && p->why.code == OK) {
		p->start(p->of, local(name), attrs);
	}
}

static void on_end(void *of, const char *name)
{
	struct xlsx_part *p = of;
	p->depth--;
	if (p->end && p->why.code == OK)
		p->end(p->of, local(name));
}

static void on_text(void *of, const char *s, int n)
{
	struct xlsx_part *p = of;
	if (p->text && p->why.code == OK)
		p->text(p->of, s, (size_t)n);
}

static void on_doctype(void *of, const char *name, const char *system, const char *public, int internal)
{
	struct xlsx_part *p = of;
	fail_set(&p->why, ERR_SYNTAX, T_TABLE_XML, str_c(p->name), STR("1"), STR("DOCTYPE"));
	xlsx_part_stop(p);
}

err xlsx_part_open(struct xlsx_part *p, struct xlsx_archive *z, const char *name, struct fail *f)
{
	zip_stat_t st;
	zip_int64_t at = zip_name_locate(z->zip, name, 0);
	if (at < 0)
		return ERR_NOT_FOUND;
	p->archive = z;
	p->name = name;
	if (zip_stat_index(z->zip, (zip_uint64_t)at, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE))
		return broken(f, zip_strerror(z->zip));
	p->packed = (i64)st.comp_size;
	p->size = (i64)st.size;
	p->file = zip_fopen_index(z->zip, (zip_uint64_t)at, 0);
	if (!p->file)
		return broken(f, zip_strerror(z->zip));
	p->parser = XML_ParserCreate(NULL);
	ASSERT(p->parser);
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_start, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
	return OK;
}

/* Counts n more bytes unpacked. */
static err count(struct xlsx_part *p, i64 n, struct fail *f)
{
	p->read += n;
	p->archive->unpacked += n;
	bool steep = p->read > TABLE_XLSX_RATIO_FROM && p->read / TABLE_XLSX_RATIO_MAX > p->packed;
	if (!steep && p->archive->unpacked <= TABLE_XLSX_UNPACKED_MAX)
		return OK;
	return fail_set(f, ERR_TOO_LARGE, T_TABLE_BOMB, STR("file"), str_c(p->name),
			steep ? STR("1:" FAIL_STR(TABLE_XLSX_RATIO_MAX)) : STR("2 GiB"));
}

static err syntax(struct xlsx_part *p, struct fail *f)
{
	char line[24];
	snprintf(line, sizeof(line), "%lu", (unsigned long)XML_GetCurrentLineNumber(p->parser));
	return fail_set(f, ERR_SYNTAX, T_TABLE_XML, str_c(p->name), str_c(line),
			str_c(XML_ErrorString(XML_GetErrorCode(p->parser))));
}

err xlsx_part_step(struct xlsx_part *p, struct fail *f)
{
	enum XML_Status status;
	if (p->paused) {
		p->paused = false;
		status = XML_ResumeParser(p->parser);
	} else {
		void *room = XML_GetBuffer(p->parser, PIECE_BYTES);
		ASSERT(room);
		zip_int64_t n = zip_fread(p->file, room, PIECE_BYTES);
		if (n < 0)
			return broken(f, zip_file_strerror(p->file));
		TRY(count(p, n, f));
		status = XML_ParseBuffer(p->parser, (int)n, n == 0);
	}
	if (p->why.code != OK) {
		if (f)
			*f = p->why;
		return p->why.code;
	}
	if (status == XML_STATUS_ERROR)
		return syntax(p, f);
	XML_ParsingStatus now;
	XML_GetParsingStatus(p->parser, &now);
	p->paused = now.parsing == XML_SUSPENDED;
	p->over = now.parsing == XML_FINISHED;
	return OK;
}

err xlsx_part_read(struct xlsx_part *p, struct fail *f)
{
	err e = OK;
	while (e == OK && !p->over)
		e = xlsx_part_step(p, f);
	xlsx_part_close(p);
	return e;
}

void xlsx_part_pause(struct xlsx_part *p) { XML_StopParser(p->parser, XML_TRUE); }
void xlsx_part_stop(struct xlsx_part *p) { XML_StopParser(p->parser, XML_FALSE); }

void xlsx_part_close(struct xlsx_part *p)
{
	if (p->parser)
		XML_ParserFree(p->parser);
	if (p->file)
		zip_fclose(p->file);
	p->parser = NULL;
	p->file = NULL;
}

const char *xlsx_attr(const char **attrs, const char *name)
{
	for (; attrs[0]; attrs += 2)
		if (strcmp(local(attrs[0]), name) == 0)
			return attrs[1];
	return NULL;
}
