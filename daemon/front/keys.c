/* SPDX-License-Identifier: Apache-2.0 */
#include "front/keys.h"

void keys_reload(struct front *front)
{
	struct txn *txn = NULL;
	enum err err = txn_begin_read(front->store, &txn);

	if (err == ERR_OK)
		err = keyring_load(&front->keyring, txn);
	txn_abort(txn);
	if (err != ERR_OK)
		front_end(front, err, "keys cannot be read: %s", err_text(err));
}
