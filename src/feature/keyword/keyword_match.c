/*
 * Compiled rules against one text.
 */
#include "feature/keyword/keyword_data.h"

#include "base/vec.h"

#include <stdlib.h>

struct entry { const struct keyword_rule *rule; str word; };
struct keyword_match { struct keywords *words; VEC(struct entry) entries; };

static bool is_for(const struct keyword_rule *r, enum keyword_use use)
{
	return r->enabled && (use == KEYWORD_ANY || (use == KEYWORD_KF ? r->use_kf : r->use_suggest));
}

err keyword_match_new(const struct snap *s, enum keyword_use use, struct keyword_match **ret)
{
	struct keyword_rule *rules;
	size_t n;
	TRY(keyword_rule_all(s, &(struct none){ 0 }, &rules, &n));
	struct keyword_match *m = ARENA_NEW(s->arena, struct keyword_match);
	VEC(str) words = { 0 };
	for (size_t i = 0; i < n; i++) {
		str rest = is_for(&rules[i], use) ? rules[i].words : STR_NIL;
		while (rest.n) {
			str word = str_trim(str_cut(&rest, '\n'));
			if (!word.n)
				continue;
			vec_push(s->arena, &m->entries, (struct entry){ &rules[i], word });
			vec_push(s->arena, &words, word);
		}
	}
	*ret = NULL;
	if (!words.n)
		return OK;
	TRY(keywords_new(words.v, words.n, KEYWORD_PLAIN, &m->words, s->unit ? &s->unit->fail : NULL));
	*ret = m;
	return OK;
}

void keyword_match_free(struct keyword_match *m)
{
	if (m)
		keywords_free(m->words);
}

struct scan { struct arena *a; struct keyword_match *m; str text; VEC(struct keyword_hit) hits; };

static bool hit(void *arg, u32 id)
{
	struct scan *s = arg;
	const struct entry *e = &s->m->entries.v[id];
	if (e->rule->whole && s->text.n != e->word.n)
		return true;
	for (size_t i = 0; i < s->hits.n; i++)
		if (s->hits.v[i].rule == e->rule) {
			if (e->word.n > s->hits.v[i].word.n)
				s->hits.v[i].word = e->word;
			return true;
		}
	vec_push(s->a, &s->hits, (struct keyword_hit){ e->rule, e->word });
	return true;
}

static int by_rank(const void *a, const void *b)
{
	const struct keyword_hit *x = a, *y = b;
	if (x->word.n != y->word.n)
		return x->word.n < y->word.n ? 1 : -1;
	return x->rule->id < y->rule->id ? -1 : x->rule->id > y->rule->id;
}

err keyword_match_text(struct arena *a, struct keyword_match *m, str text, struct keyword_hit **ret, size_t *ret_count)
{
	struct scan s = { .a = a, .m = m, .text = str_trim(text) };
	if (m)
		keywords_scan(m->words, s.text, hit, &s);
	if (s.hits.n)
		qsort(s.hits.v, s.hits.n, sizeof(*s.hits.v), by_rank);
	*ret = s.hits.v;
	*ret_count = s.hits.n;
	return OK;
}
