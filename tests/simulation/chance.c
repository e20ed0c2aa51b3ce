/* SPDX-License-Identifier: Apache-2.0 */
#include "chance.h"

uint64_t chance_next(struct chance *chance)
{
	uint64_t mixed;

	chance->state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = chance->state;
	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

uint64_t chance_below(struct chance *chance, uint64_t bound)
{
	return chance_next(chance) % bound;
}

bool chance_in(struct chance *chance, uint64_t of, uint64_t times)
{
	return chance_below(chance, of) < times;
}

void chance_bytes(struct chance *chance, void *to, size_t len)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(chance_next(chance) >> 56);
}

size_t chance_weighted(struct chance *chance, const unsigned *weights, size_t count)
{
	uint64_t sum = 0, drawn;
	size_t i;

	for (i = 0; i < count; i++)
		sum += weights[i];
	drawn = chance_below(chance, sum);
	for (i = 0; drawn >= weights[i]; i++)
		drawn -= weights[i];
	return i;
}
