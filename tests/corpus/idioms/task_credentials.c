/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Credentials and namespaces: user IDs are structures. */
#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/sched/signal.h>
#include <linux/utsname.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p;

	for_each_process (p) {
		const struct cred *cred = rcu_dereference(p->cred);
		kuid_t uid = cred->uid;

		printf("%d %u %u %d\n", p->pid, uid.val, __kgid_val(cred->gid),
		       uid_eq(uid, GLOBAL_ROOT_UID));
	}
	printf("%s %s\n", init_task.nsproxy->uts_ns->name.nodename,
	       init_uts_ns.name.machine);
	return 0;
}
