// What the pages about people ask of REST, and how people and keys are made, changed and removed.
import {
  keepPreviousData,
  type QueryKey,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { fileOf, get, patch, post, put, remove } from "./api";
import type { ApiKey, AuditEntry, Scope, User } from "./people";
import type { Page } from "./shapes";

const keys = { users: ["users"] as const, apiKeys: ["api-keys"] as const, audit: ["audit"] as const };
const MOST = 1_000;
const PAGE = 100;

const listOf =
  <Item>(path: string) =>
  async ({ signal }: { signal: AbortSignal }) =>
    (await get<Page<Item>>(path, { limit: MOST }, signal)).items;

export const useUsers = () => useQuery({ queryKey: keys.users, queryFn: listOf<User>("users") });
export const useApiKeys = () => useQuery({ queryKey: keys.apiKeys, queryFn: listOf<ApiKey>("api-keys") });

export interface AuditAsked {
  actor: string;
  charge_point: string;
}

export const useAudit = (asked: AuditAsked) =>
  useInfiniteQuery({
    queryKey: [...keys.audit, asked.actor, asked.charge_point],
    placeholderData: keepPreviousData,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<Page<AuditEntry>>("audit", { ...asked, limit: PAGE, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  });

export const auditFile = (asked: AuditAsked): string => fileOf("audit", { ...asked });

/** A request after which a list has to be asked for again. */
function useChange<Asked, Answer>(list: QueryKey, request: (asked: Asked) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: request,
    onSuccess: () => queries.invalidateQueries({ queryKey: list }),
  });
}

const userPath = (username: string) => `users/${encodeURIComponent(username)}`;

export interface Rights {
  role: string;
  scope: Scope | null;
}

/** What was made is in the answer, once; null where it was given. */
export const useAddUser = () =>
  useChange(keys.users, (user: Rights & { username: string; single_sign_on: boolean }) =>
    post<User & { password: string | null }>("users", user),
  );

export const useChangeUser = () =>
  useChange(keys.users, ({ username, ...rest }: Partial<Rights> & { username: string; disabled?: boolean }) =>
    patch<User>(userPath(username), rest),
  );

export const useNewPassword = () =>
  useChange(keys.users, (username: string) =>
    post<User & { password: string | null }>(`${userPath(username)}/password`),
  );

export const useRemoveUser = () => useChange(keys.users, (username: string) => remove(userPath(username)));

export const useAddKey = () =>
  useChange(keys.apiKeys, (key: Rights & { name: string; expires_at: string | null }) =>
    post<ApiKey & { key: string }>("api-keys", key),
  );

export const useRevokeKey = () => useChange(keys.apiKeys, (id: number) => remove(`api-keys/${id}`));

export const useOwnPassword = () =>
  useMutation({
    mutationFn: (body: { current_password: string; password: string }) => put<null>("me/password", body),
  });
