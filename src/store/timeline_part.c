/*
 * Packing of parts. The reader believes nothing: length, count, order and checksum are checked.
 */
#include "store/timeline_part.h"

#include "base/hash.h"

#define HEAD_BYTES 6 /* crc32, count */
#define ENTRY_BYTES_MAX 30

int moment_cmp(const struct moment *a, const struct moment *b)
{
	if (a->customer != b->customer)
		return a->customer < b->customer ? -1 : 1;
	if (a->occurred != b->occurred)
		return a->occurred < b->occurred ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

static u64 zigzag(i64 v) { return ((u64)v << 1) ^ (u64)(v >> 63); }
static i64 unzigzag(u64 v) { return (i64)(v >> 1) ^ -(i64)(v & 1); }

static size_t put(u8 *at, u64 v)
{
	size_t n = 0;
	for (; v >= 0x80; v >>= 7)
		at[n++] = (u8)(v | 0x80);
	at[n++] = (u8)v;
	return n;
}

static bool get(str s, size_t *at, u64 *ret)
{
	u64 v = 0;
	for (int shift = 0; shift < 64 && *at < s.n; shift += 7) {
		u8 byte = (u8)s.p[(*at)++];
		v |= (u64)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret = v;
			return true;
		}
	}
	return false;
}

static u32 crc_of(const struct moment *first, str rest)
{
	return hash_crc32(hash_crc32(0, str_of(first, sizeof(*first))), rest);
}

bool part_add(struct part_writer *w, const struct moment *m)
{
	if (w->count == 0) {
		w->first = w->last = *m;
		w->n = HEAD_BYTES;
		w->count = 1;
		return true;
	}
	if (w->n + ENTRY_BYTES_MAX > PART_BYTES || w->count == PART_ENTRIES_MAX)
		return false;
	u64 step = (u64)m->customer - (u64)w->last.customer;
	ms from = step ? w->first.occurred : w->last.occurred;
	w->n += put(w->bytes + w->n, step);
	w->n += put(w->bytes + w->n, zigzag((i64)((u64)m->occurred - (u64)from)));
	w->n += put(w->bytes + w->n, zigzag(m->seq - w->last.seq));
	w->last = *m;
	w->count++;
	return true;
}

str part_end(struct part_writer *w, struct arena *a)
{
	w->bytes[4] = (u8)w->count;
	w->bytes[5] = (u8)(w->count >> 8);
	u32 crc = crc_of(&w->first, str_of(w->bytes + 4, w->n - 4));
	memcpy(w->bytes, &crc, sizeof(crc));
	str ret = arena_dup(a, str_of(w->bytes, w->n));
	w->count = 0;
	return ret;
}

bool part_read(const struct moment *first, str bytes, struct moment *ret, size_t *ret_count)
{
	u32 crc;
	if (bytes.n < HEAD_BYTES)
		return false;
	memcpy(&crc, bytes.p, sizeof(crc));
	size_t count = (u8)bytes.p[4] | (size_t)(u8)bytes.p[5] << 8, at = HEAD_BYTES;
	if (count == 0 || count > PART_ENTRIES_MAX || crc != crc_of(first, str_sub(bytes, 4, bytes.n)))
		return false;
	ret[0] = *first;
	for (size_t i = 1; i < count; i++) {
		u64 customer, occurred, seq;
		if (!get(bytes, &at, &customer) || !get(bytes, &at, &occurred) || !get(bytes, &at, &seq))
			return false;
		ms from = customer ? first->occurred : ret[i - 1].occurred;
		ret[i].customer = (i64)((u64)ret[i - 1].customer + customer);
		ret[i].occurred = (ms)((u64)from + (u64)unzigzag(occurred));
		ret[i].seq = ret[i - 1].seq + unzigzag(seq);
		if (moment_cmp(&ret[i - 1], &ret[i]) >= 0)
			return false;
	}
	*ret_count = count;
	return at == bytes.n;
}
