// Id tags: who may charge, who was refused because nobody knows the tag, and a person's changes to that.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post, put, remove } from "./api";
import { usePaged } from "./paged";

export interface Tag {
  id_tag: string;
  status: "accepted" | "blocked";
  expires_at: string | null;
  parent: string | null;
  note: string | null;
  max_sessions: number | null;
}

export interface UnknownTag {
  id_tag: string;
  last_at: string;
  count: number;
  charge_point: string;
  message: string;
  /** A known tag that it may be, read the other way round. */
  resembles: string | null;
}

export const useTags = (search: string, status: string) =>
  usePaged<Tag>(["tags", search, status], "tags", { search, status });

export const useUnknownTags = (enabled: boolean) =>
  usePaged<UnknownTag>(["unknown-tags"], "unknown-tags", {}, { limit: 10, every: 5_000, enabled });

/** As somebody types it; what is empty is not set. */
export interface TagDraft {
  id_tag: string;
  blocked: boolean;
  expires_at: string | null;
  parent: string;
  note: string;
  max_sessions: string;
}

export const draftOf = (tag: Tag | null, id_tag = ""): TagDraft => ({
  id_tag: tag?.id_tag ?? id_tag,
  blocked: tag?.status === "blocked",
  expires_at: tag?.expires_at ?? null,
  parent: tag?.parent ?? "",
  note: tag?.note ?? "",
  max_sessions: tag?.max_sessions ? String(tag.max_sessions) : "",
});

export function bodyOf({ blocked, expires_at, parent, note, max_sessions }: TagDraft): Omit<Tag, "id_tag"> {
  return {
    status: blocked ? "blocked" : "accepted",
    expires_at,
    parent: parent.trim() || null,
    note: note.trim() || null,
    max_sessions: Number(max_sessions) > 0 ? Number(max_sessions) : null,
  };
}

const path = (id_tag: string) => `tags/${encodeURIComponent(id_tag.trim())}`;

/** Keeps a tag; `wasUnknown`: it was refused before, and leaves that list. */
export function useKeepTag(wasUnknown: boolean) {
  const changed = useChanged();
  return useMutation({
    mutationFn: (draft: TagDraft) =>
      wasUnknown
        ? post<Tag>(`unknown-${path(draft.id_tag)}/adopt`, bodyOf(draft))
        : put<Tag>(path(draft.id_tag), bodyOf(draft)),
    onSuccess: changed,
  });
}

export function useRemoveTag() {
  const changed = useChanged();
  return useMutation({ mutationFn: (id_tag: string) => remove(path(id_tag)), onSuccess: changed });
}

function useChanged() {
  const queries = useQueryClient();
  return () => {
    queries.invalidateQueries({ queryKey: ["tags"] });
    queries.invalidateQueries({ queryKey: ["unknown-tags"] });
  };
}
