// Name and password; the address stays, so that one arrives where one wanted to go.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Icon } from "../components/icons";
import { Wordmark } from "../components/Wordmark";
import { Problem, post, singleSignOn } from "../data/api";
import { keys, useWaysIn } from "../data/queries";
import type { Me } from "../data/shapes";
import css from "./LoginPage.module.css";

export function LoginPage() {
  const queries = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => post<Me>("login", { username, password }),
    onSuccess: (me) => queries.setQueryData(keys.me, me),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <main className={css.page}>
      <div className={css.box}>
        <div className={css.brand}>
          <Wordmark size={34} />
        </div>
        <form className={`panel ${css.form}`} onSubmit={submit}>
          <h1 className={css.title}>Log in</h1>
          <TextInput
            label="Username"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            size="md"
            autoFocus
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            size="md"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <div className={css.problem} role="alert">
            {login.error && (
              <>
                <Icon name="fault" /> {inWords(login.error)}
              </>
            )}
          </div>
          <Button type="submit" size="md" fullWidth loading={login.isPending}>
            Log in
          </Button>
        </form>
        <OtherWays />
        <p className={css.hint}>
          The first administrator is <span className="mono">admin</span>. The password was printed when the
          server first started.
        </p>
      </div>
    </main>
  );
}

/** By somebody else's word: links, for they lead away from this page. */
function OtherWays() {
  const ways = useWaysIn().data;
  const known = [
    { name: ways?.single_sign_on, href: singleSignOn() },
    { name: ways?.application && "your own application", href: ways?.application ?? "" },
  ].filter(({ name }) => name);
  if (known.length === 0) return null;
  return (
    <div className={css.others}>
      {known.map(({ name, href }) => (
        <Button key={href} component="a" href={href} size="md" variant="default" fullWidth>
          Log in with {name}
        </Button>
      ))}
    </div>
  );
}

function inWords(error: Error): string {
  if (!(error instanceof Problem)) return "Something went wrong. Try again.";
  if (error.status === 401) return "Name or password is not right.";
  if (error.status === 429) return "Too many attempts. Wait a moment and try again.";
  return error.message;
}
