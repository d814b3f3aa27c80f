/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>

#include "vmcoreinfo.h"

static void write_common(const struct vmcoreinfo *info, FILE *file)
{
	fprintf(file, "OSRELEASE=%s\n", info->release);
	fprintf(file, "BUILD-ID=%s\n", info->build_id);
	fprintf(file, "PAGESIZE=4096\n");
	fprintf(file, "SYMBOL(init_uts_ns)=%" PRIx64 "\n", info->init_uts_ns);
	fprintf(file, "OFFSET(uts_namespace.name)=0\n");
	fprintf(file, "SYMBOL(swapper_pg_dir)=%" PRIx64 "\n",
		info->swapper_pg_dir);
	fprintf(file, "SYMBOL(_stext)=%" PRIx64 "\n", info->stext);
	fprintf(file, "NUMBER(SECTION_SIZE_BITS)=27\n");
	fprintf(file, "NUMBER(MAX_PHYSMEM_BITS)=%d\n",
		info->levels == 5 ? 52 : 46);
	fprintf(file, "SIZE(list_head)=16\n");
	fprintf(file, "OFFSET(list_head.next)=0\n");
	fprintf(file, "OFFSET(list_head.prev)=8\n");
}

static void write_kallsyms(const struct vmcoreinfo *info, FILE *file)
{
	fprintf(file, "SYMBOL(kallsyms_names)=%" PRIx64 "\n",
		info->kallsyms_names);
	fprintf(file, "SYMBOL(kallsyms_num_syms)=%" PRIx64 "\n",
		info->kallsyms_num_syms);
	fprintf(file, "SYMBOL(kallsyms_token_table)=%" PRIx64 "\n",
		info->kallsyms_token_table);
	fprintf(file, "SYMBOL(kallsyms_token_index)=%" PRIx64 "\n",
		info->kallsyms_token_index);
	fprintf(file, "SYMBOL(kallsyms_offsets)=%" PRIx64 "\n",
		info->kallsyms_offsets);
	fprintf(file, "SYMBOL(kallsyms_relative_base)=%" PRIx64 "\n",
		info->kallsyms_relative_base);
}

/* arch/x86/kernel/crash_core_64.c */
static void write_x86(const struct vmcoreinfo *info, FILE *file)
{
	fprintf(file, "NUMBER(phys_base)=%" PRId64 "\n",
		(int64_t)info->phys_base);
	fprintf(file, "SYMBOL(init_top_pgt)=%" PRIx64 "\n",
		info->swapper_pg_dir);
	fprintf(file, "NUMBER(pgtable_l5_enabled)=%d\n", info->levels == 5);
	fprintf(file, "KERNELOFFSET=%" PRIx64 "\n", info->kernel_offset);
	fprintf(file, "NUMBER(KERNEL_IMAGE_SIZE)=1073741824\n");
	fprintf(file, "NUMBER(sme_mask)=0\n");
}

size_t vmcoreinfo_write(const struct vmcoreinfo *info, char *text, size_t size)
{
	FILE *file = fmemopen(text, size, "w");
	long length;

	if (!file)
		err(1, "vmcoreinfo");
	write_common(info, file);
	if (info->has_kallsyms)
		write_kallsyms(info, file);
	write_x86(info, file);
	length = ftell(file);
	if (fclose(file) || length < 0 || (size_t)length >= size)
		errx(1, "vmcoreinfo: %zu bytes are not enough", size);
	return (size_t)length;
}
