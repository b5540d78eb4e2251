/*
 * The compiled rules of a corp, with one matcher over the keywords of all, kept in memory between events
 * (core/corp/corp_kept.h).
 */
#include "feature/tagrule/tagrule_int.h"

#include "base/log.h"

#define SET_BYTES ((size_t)64 << 20)

static err words_compile(struct rule_set *set, struct fail *f)
{
	size_t n = 0;
	for (size_t i = 0; i < set->n; i++)
		n += set->rules[i].when->keywords.n;
	set->word = ARENA_ARRAY(set->kept.arena, str, n + 1);
	set->word_rule = ARENA_ARRAY(set->kept.arena, u32, n + 1);
	for (size_t i = 0; i < set->n; i++)
		for (size_t k = 0; k < set->rules[i].when->keywords.n; k++) {
			set->word[set->word_n] = set->rules[i].when->keywords.v[k];
			set->word_rule[set->word_n++] = (u32)i;
		}
	return n ? keywords_new(set->word, n, KEYWORD_BEST, &set->words, f) : OK;
}

static err rule_load(struct arena *a, const struct rule_row *row, struct rule *ret, struct fail *f)
{
	struct tagrule_def *def = ARENA_NEW(a, struct tagrule_def);
	struct json *tree;
	TRY(json_parse(arena_dup(a, row->def), a, &tree, f));
	TRY(record_parse(&tagrule_def_record, tree, def, a, f));
	TRY(rule_compile(a, def, ret, f));
	ret->id = row->id;
	ret->version = row->version;
	ret->epoch = row->epoch;
	ret->since = row->since;
	ret->on = row->running;
	return OK;
}

static err set_fill(const struct snap *s, struct kept *k)
{
	struct rule_set *set = (struct rule_set *)k;
	struct rule_row *rows;
	size_t n;
	TRY(rule_all(s, &(struct none){ 0 }, &rows, &n));
	set->rules = ARENA_ARRAY(set->kept.arena, struct rule, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct rule *r = &set->rules[set->n];
		if (rule_load(set->kept.arena, &rows[i], r, s->fail) != OK) {
			/* Written by another version of the program: the others must go on. */
			log_fail("tagrule.unreadable", s->fail, arena_printf(s->arena, "%lld", (long long)rows[i].id));
			*r = (struct rule){ .id = 0 };
			continue;
		}
		set->n++;
		if (!r->on)
			continue;
		set->kinds |= r->kinds;
		set->counts |= r->count > 1;
	}
	return words_compile(set, s->fail);
}

static err newest(const struct snap *s, i64 *ret)
{
	struct rule_changed c;
	TRY(rule_newest(s, &(struct none){ 0 }, &c));
	*ret = c.changed;
	return OK;
}

static void set_done(struct kept *k) { keywords_free(((struct rule_set *)k)->words); }

static const struct kept_kind kind = { sizeof(struct rule_set), SET_BYTES, set_fill, newest, set_done };

static struct kept_cache *cache_of(const struct env *env) { return env ? env->tagrules : NULL; }

struct kept_cache *tagrule_cache_new(void) { return kept_cache_new(&kind); }
void tagrule_cache_free(struct kept_cache *c) { kept_cache_free(c); }

err rule_set_take(const struct snap *s, struct rule_set **ret)
{
	struct kept *k;
	TRY(kept_take(cache_of(s->unit->env), &kind, s, &k));
	*ret = (struct rule_set *)k;
	return OK;
}

void rule_set_give(struct env *env, struct rule_set *set) { kept_give(cache_of(env), &kind, &set->kept); }
void rule_set_forget(struct tx *tx) { kept_forget(cache_of(tx->snap.unit->env), tx); }

const struct rule *rule_in(const struct rule_set *set, i64 id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->rules[i].id == id)
			return &set->rules[i];
	return NULL;
}
