/*
 * Fuzz target for messages of shop platforms: what anybody may post, and what is read once it is proven genuine.
 *
 * The first byte chooses the platform and the half: 'y' and 'w' the message as it comes, 'Y' and 'W' its inside. An
 * unproven message must never be taken. Seeds: corpus/shop.
 */
#include "port/shop/shop_api.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct fail f = { 0 };
	struct shop_account account = { .client = STR("wxapp"), .secret = STR("a secret nobody guesses"), .push_token = STR("token"),
					.push_key = STR("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG") };
	struct shop_call call = { .arena = a, .fail = &f, .account = &account, .now = 1767225600000 };
	const struct shop_api *api = shop_api_of(data[0] == 'w' || data[0] == 'W' ? STR("wxshop") : STR("youzan"));
	struct http_req req = { .arena = a, .method = STR("POST"), .body = arena_dup(a, str_of(data + 1, size - 1)) };
	struct shop_push p;
	str body, key;
	if (data[0] == 'Y' || data[0] == 'W')
		api->read(&call, req.body, &p);
	else if (api->push(&call, &req, &body, &key) == OK)
		abort();
	arena_free(a);
	return 0;
}
