/*
 * simdjson behind a C face. The only C++ file of the product: it flattens simdjson's tree and hands it
 * to C, so that neither its types nor an exception ever leave this file (memory exhausted is an abort,
 * as everywhere else).
 */
#include "base/json_simd.h"

#include <simdjson.h>
#include <vector>

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

using nodes = std::vector<json_simd_node>;

void add_text(nodes &out, std::string_view s)
{
	json_simd_node node = {};
	node.type = JSON_SIMD_TEXT;
	node.text = s.data();
	node.n = s.size();
	out.push_back(node);
}

bool flatten(nodes &out, element e, int depth_left);

/* One array or object; false when it nests too deep. */
template <class container>
bool flatten_children(nodes &out, const container &children, json_simd_type type, int depth_left)
{
	if (depth_left == 0)
		return false;
	size_t at = out.size(), n = 0;
	json_simd_node node = {};
	node.type = type;
	out.push_back(node);
	for (auto child : children) {
		if constexpr (std::is_same_v<container, simdjson::dom::object>) {
			add_text(out, child.key);
			if (!flatten(out, child.value, depth_left - 1))
				return false;
		} else if (!flatten(out, child, depth_left - 1)) {
			return false;
		}
		n++;
	}
	out[at].n = n;
	return true;
}

bool flatten(nodes &out, element e, int depth_left)
{
	json_simd_node node = {};
	switch (e.type()) {
	case element_type::ARRAY:
		return flatten_children(out, e.get_array().value_unsafe(), JSON_SIMD_ARRAY, depth_left);
	case element_type::OBJECT:
		return flatten_children(out, e.get_object().value_unsafe(), JSON_SIMD_OBJECT, depth_left);
	case element_type::STRING:
		add_text(out, e.get_string().value_unsafe());
		return true;
	case element_type::INT64:
		node.type = JSON_SIMD_INT;
		node.i = e.get_int64().value_unsafe();
		break;
	case element_type::UINT64: /* only used by simdjson for what is beyond int64 */
		node.type = JSON_SIMD_REAL;
		node.real = static_cast<double>(e.get_uint64().value_unsafe());
		break;
	case element_type::DOUBLE:
		node.type = JSON_SIMD_REAL;
		node.real = e.get_double().value_unsafe();
		break;
	case element_type::BOOL:
		node.type = e.get_bool().value_unsafe() ? JSON_SIMD_TRUE : JSON_SIMD_FALSE;
		break;
	case element_type::NULL_VALUE:
		node.type = JSON_SIMD_NULL;
		break;
	}
	out.push_back(node);
	return true;
}

} // namespace

extern "C" enum json_simd_result json_simd_parse(const char *text, size_t n, int depth_max,
						 void (*use)(void *, const struct json_simd_node *, size_t),
						 void *arg, const char **why) try
{
	simdjson::dom::parser parser;
	element root;
	auto error = parser.parse(text, n, true).get(root);
	*why = simdjson::error_message(error);
	if (error == simdjson::NUMBER_ERROR)
		return JSON_SIMD_NUMBER;
	if (error == simdjson::DEPTH_ERROR)
		return JSON_SIMD_DEPTH;
	if (error)
		return JSON_SIMD_SYNTAX;
	nodes out;
	if (!flatten(out, root, depth_max)) {
		*why = simdjson::error_message(simdjson::DEPTH_ERROR);
		return JSON_SIMD_DEPTH;
	}
	use(arg, out.data(), out.size());
	return JSON_SIMD_OK;
} catch (...) {
	std::abort();
}
