/*
 * collect's border: whose key, and one request cut into inbox items. Nothing is decoded here beyond
 * what the answer needs.
 */
#include "feature/collect/collect_data.h"

#include "base/hash.h"
#include "base/id.h"

static str hash_of(struct arena *a, str key)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(key, digest);
	return hash_hex(a, digest, sizeof(digest));
}

err collect_corp_of(struct unit *u, str key, i64 *ret_corp)
{
	struct write_key find = { .hash = hash_of(u->arena, key) };
	struct write_key_owner owner;
	if (key.n == 0)
		return fail_set(&u->fail, ERR_LOGIN, T_COLLECT_KEY, STR("writeKey"), STR_NIL, STR_NIL);
	err e = READ_SNAP(u, 0, write_key_owner_of(snap, &find, &owner));
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_LOGIN, T_COLLECT_KEY, STR("writeKey"), STR_NIL, STR_NIL);
	TRY(e);
	*ret_corp = owner.corp;
	return OK;
}

/* Basic: key + ":" with an empty password; a missing colon is tolerated. */
str collect_key_of(struct http_req *req, const struct json *body)
{
	str auth = http_header(req, "Authorization"), plain;
	if (str_starts(auth, STR("Basic ")) && base64_decode(req->arena, str_trim(str_sub(auth, 6, auth.n)), &plain))
		return str_cut(&plain, ':');
	str in_body = json_str(body, "writeKey");
	if (in_body.n)
		return in_body;
	if (str_starts(auth, STR("Bearer ")))
		return str_trim(str_sub(auth, 7, auth.n));
	return STR("");
}

static bool has_identity(const struct json *event)
{
	return json_str(event, "userId").n || json_str(event, "anonymousId").n;
}

/* What Segment would drop too: no identity, no event name, too large, unknown type. */
static bool keepable(const struct json *event, str type)
{
	static const char *const types[] = { "identify", "track", "page", "screen", "group", "alias" };
	bool known = false;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		known |= str_eq_c(type, types[i]);
	if (!known || event->type != JSON_OBJECT || event->raw.n > COLLECT_EVENT_MAX || !has_identity(event))
		return false;
	if (str_eq_c(type, "track") && json_str(event, "event").n == 0)
		return false;
	if (str_eq_c(type, "group") && json_str(event, "groupId").n == 0)
		return false;
	return !str_eq_c(type, "alias") || json_str(event, "previousId").n;
}

/* {"type":…,"sentAt":…,"context":…,"event":…}: the event as it came, with what the batch says of all. */
static str wrap(struct arena *a, const struct json *event, str type, const struct json *batch)
{
	struct buf b = buf_new(a, COLLECT_BATCH_MAX);
	const struct json *context = json_get(batch, "context"), *sent = json_get(batch, "sentAt");
	buf_add_c(&b, "{\"type\":");
	buf_json(&b, type);
	if (sent && sent->type == JSON_TEXT) {
		buf_add_c(&b, ",\"sentAt\":");
		buf_json(&b, sent->text);
	}
	if (context && context->type == JSON_OBJECT) {
		buf_add_c(&b, ",\"context\":");
		buf_add(&b, context->raw);
	}
	buf_add_c(&b, ",\"event\":");
	buf_add(&b, event->raw);
	buf_char(&b, '}');
	return buf_str(&b);
}

static void cut_one(struct http_req *req, i64 corp, str type, const struct json *event, const struct json *batch, ms now, struct collect_cut *ret)
{
	str id = json_str(event, "messageId");
	if (!keepable(event, type) || id.n > COLLECT_MESSAGE_ID_MAX) {
		ret->dropped++;
		return;
	}
	ret->items[ret->count++] = (struct inbox_item){
		.corp = corp, .source = STR(COLLECT_SOURCE), .received = now,
		.key = id.n ? id : id_random(req->arena, 18), .body = wrap(req->arena, event, type, batch),
	};
}

err collect_cut(struct http_req *req, i64 corp, str type, const struct json *body, ms now, struct collect_cut *ret, struct fail *f)
{
	const struct json *batch = json_get(body, "batch");
	bool many = str_eq_c(type, "batch") || str_eq_c(type, "import");
	if (body->type != JSON_OBJECT || (many && (!batch || batch->type != JSON_ARRAY)))
		return fail_set(f, ERR_SYNTAX, T_OK, STR("body"), type, STR("{\"batch\":[…]}"));
	size_t most = many ? COLLECT_BATCH_MAX : COLLECT_EVENT_MAX;
	if (req->body.n > most)
		return fail_set(f, ERR_SYNTAX, T_TOO_LONG, STR("body"), arena_printf(req->arena, "%zu", req->body.n), arena_printf(req->arena, "%zu", most));
	*ret = (struct collect_cut){ .items = ARENA_ARRAY(req->arena, struct inbox_item, many ? batch->n + 1 : 1) };
	if (!many) {
		cut_one(req, corp, type, body, body, now, ret);
	} else if (batch->n > COLLECT_EVENTS_MAX) {
		ret->dropped = batch->n;
	} else {
		for (size_t i = 0; i < batch->n; i++)
			cut_one(req, corp, json_str(&batch->items[i], "type"), &batch->items[i], body, now, ret);
	}
	return OK;
}
