/*
 * Errors as values with detail.
 *
 * Whatever can fail returns err and takes a struct fail (alone, or inside a unit of work). The place
 * that finds the fault fills fail once: the text id with its holes (field, value, limit) and the
 * source line; everybody above passes the err on with TRY. The boundary (HTTP reply, CLI, worker)
 * renders the text in the reader's language and logs it once.
 */
#ifndef YT_BASE_FAIL_H
#define YT_BASE_FAIL_H

#include "base/str.h"
#include "base/text.h"

typedef enum err {
#define ERR(name, status, retry, text) ERR_##name,
#include "base/err.def"
#undef ERR
	ERR_COUNT,
} err;
#define OK ERR_OK

struct fail {
	err code;
	enum text text;       /* the sentence; T_OK: the one of the code */
	char field[64];       /* dotted path of what is wrong, "" when nothing to name */
	char value[160];      /* what was given, cut; never a personal field */
	char limit[160];      /* what is allowed, or the name of the thing concerned */
	const char *where;    /* "file.c:123" of the finder */
	ms retry_at;          /* of TOO_MANY: when it may be tried again; 0: not known */
};

#define TRY(call) do { err try_err_ = (call); if (try_err_ != OK) return try_err_; } while (0)

/* Fills *f (may be NULL). Later fills overwrite: the finder calls it, nobody else. field, value and limit may be nil. */
void fail_fill(struct fail *f, const char *where, err code, enum text text, str field, str value, str limit);
/* The same; returns code, inline, so that compilers and analyzers see that a failure is never OK. */
static inline err fail_at(struct fail *f, const char *where, err code, enum text text, str field, str value, str limit)
{
	fail_fill(f, where, code, text, field, value, limit);
	return code;
}

#define FAIL_STR_(x) #x
#define FAIL_STR(x) FAIL_STR_(x)
#define FAIL_HERE __FILE__ ":" FAIL_STR(__LINE__)
/* fail_set(&fail, ERR_INPUT, T_TOO_LONG, STR("name"), given, STR("40")) */
#define fail_set(f, code, text, field, value, limit) \
	fail_at((f), FAIL_HERE, (code), (text), (field), (value), (limit))

const char *err_name(err code);   /* "NOT_FOUND" */
int err_status(err code);         /* HTTP status */
bool err_retryable(err code);
/* The sentence of f in lang, holes filled; lives in the arena. */
str fail_text(const struct fail *f, enum lang lang, struct arena *a);

/* What we believe, never what input may do; stays on in release. */
#define ASSERT(cond) ((cond) ? (void)0 : fail_assert(#cond, FAIL_HERE))
_Noreturn void fail_assert(const char *cond, const char *where);

#endif
