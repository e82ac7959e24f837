package mask

import (
	"strings"
	"testing"
)

func TestCommandHidesSecrets(t *testing.T) {
	const secret = "S3cr3t-Value"
	tests := []struct {
		name string
		argv []string
		want string
	}{
		{"option with =", []string{"srv", "--password=" + secret}, "srv --password=***"},
		{"option and value", []string{"srv", "--token", secret, "--port", "80"}, "srv --token *** --port 80"},
		{"one dash", []string{"srv", "-token", secret}, "srv -token ***"},
		{"longer name", []string{"srv", "--admin-password", secret, "--hf_token=" + secret}, "srv --admin-password *** --hf_token=***"},
		{"Redis", []string{"redis-server", "--requirepass", secret}, "redis-server --requirepass ***"},
		{"keys", []string{"srv", "--api-key", secret, "--secret-key", secret, "--private_key=" + secret, "--encryption-key=" + secret},
			"srv --api-key *** --secret-key *** --private_key=*** --encryption-key=***"},
		{"environment", []string{"docker", "run", "-e", "DB_PASSWORD=" + secret, "-e", "MYSQL_PWD=" + secret, "nginx"},
			"docker run -e DB_PASSWORD=*** -e MYSQL_PWD=*** nginx"},
		{"AWS", []string{"env", "AWS_SECRET_ACCESS_KEY=" + secret, "srv"}, "env AWS_SECRET_ACCESS_KEY=*** srv"},
		{"password in a URL", []string{"srv", "postgres://app:" + secret + "@db:5432/app"}, "srv postgres://app:***@db:5432/app"},
		{"password with an at sign in a URL", []string{"srv", "postgres://app:p@" + secret + "@db/app"}, "srv postgres://app:***@db/app"},
		{"query of a URL", []string{"curl", "https://host/?user=me&token=" + secret + "&page=2"}, "curl https://host/?user=me&token=***&page=2"},
		{"bearer", []string{"curl", "-H", "Authorization: Bearer " + secret}, "curl -H Authorization: ***"},
		{"any scheme of authorization", []string{"curl", "-H", "Authorization: Token token=" + secret}, "curl -H Authorization: ***"},
		{"header with a key", []string{"curl", "-H", "X-Api-Key: " + secret}, "curl -H X-Api-Key: ***"},
		{"cookie", []string{"curl", "-H", "Cookie: session=" + secret}, "curl -H Cookie: ***"},
		{"JSON", []string{"srv", `{"user":"me","password":"` + secret + `","port":80}`}, `srv {"user":"me","password":***,"port":80}`},
		{"quoted with spaces", []string{"sh", "-c", `srv --password='two ` + secret + `' --port 80`}, "sh -c srv --password=*** --port 80"},
		{"within a shell's argument", []string{"sh", "-c", "srv --password " + secret + " --port 80"}, "sh -c srv --password *** --port 80"},
		{"MySQL", []string{"/usr/bin/mysql", "-uroot", "-p" + secret, "-P", "3307"}, "/usr/bin/mysql -uroot -p*** -P 3307"},
		{"curl's user", []string{"curl", "-u", "me:" + secret, "https://host"}, "curl -u *** https://host"},
		{"sshpass", []string{"sshpass", "-p", secret, "ssh", "-p", "2222", "host"}, "sshpass -p *** ssh -p 2222 host"},
		{"redis-cli", []string{"redis-cli", "-a", secret, "-p", "6380"}, "redis-cli -a *** -p 6380"},
		{"a token that shows by its look", []string{"srv", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "hf_0123456789abcdefghijABCD"}, "srv *** ***"},
		{"a value of several words", []string{"srv", "--db-password=correct " + secret + " battery"}, "srv --db-password=***"},
		{"commas and ampersands", []string{"srv", "--password=a,b&c;" + secret, "-e", "TOKEN=x&" + secret}, "srv --password=*** -e TOKEN=***"},
		{"commas within a shell's argument", []string{"sh", "-c", "srv --password=a,b&c" + secret + " --port 80"}, "sh -c srv --password=*** --port 80"},
		{"quotes within a shell's word", []string{"sh", "-c", `srv --password=a"b ` + secret + `"c --port 80`}, "sh -c srv --password=*** --port 80"},
		{"an escaped space", []string{"sh", "-c", `srv --password=a\ ` + secret + ` --port 80`}, "sh -c srv --password=*** --port 80"},
		{"a value that begins with a dash", []string{"srv", "--password", "-" + secret, "--port", "80"}, "srv --password *** --port 80"},
		{"and within a shell's argument", []string{"sh", "-c", "srv --password -" + secret + " --port 80"}, "sh -c srv --password *** --port 80"},
		{"Rails", []string{"env", "SECRET_KEY_BASE=" + secret, "puma"}, "env SECRET_KEY_BASE=*** puma"},
		{"numbered", []string{"env", "PASSWORD1=" + secret, "DB_PASSWORD_2=" + secret, "srv", "--token2", secret}, "env PASSWORD1=*** DB_PASSWORD_2=*** srv --token2 ***"},
		{"Azure", []string{"env", "AZURE_STORAGE_KEY=" + secret, "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + secret + "==;EndpointSuffix=x"},
			"env AZURE_STORAGE_KEY=*** DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***"},
		{"connection string", []string{"srv", "Server=db;User Id=app;Password=two " + secret + ";Pwd='" + secret + "'"}, "srv Server=db;User Id=app;Password=***"},
		{"libpq", []string{"psql", "host=db password='two " + secret + "' user=app"}, "psql host=db password=*** user=app"},
		{"Go's driver of MySQL", []string{"srv", "-dsn", "app:p@" + secret + "@tcp(127.0.0.1:3306)/app"}, "srv -dsn app:***@tcp(127.0.0.1:3306)/app"},
		{"the same with spaces", []string{"srv", "app:p " + secret + "@unix(/run/my.sock)/app"}, "srv app:***@unix(/run/my.sock)/app"},
		{"slash in the password of a URL", []string{"srv", "postgres://app:p/" + secret + "@db/app"}, "srv postgres://app:***@db/app"},
		{"token in a user's place", []string{"git", "https://" + secret + secret + "@host/repo"}, "git https://***@host/repo"},
		{"signature of a URL", []string{"azcopy", "https://a.blob/x?sv=2020&sig=" + secret + "%3D&se=1"}, "azcopy https://a.blob/x?sv=2020&sig=***&se=1"},
		{"YAML", []string{"srv", "--set", "user: me\npassword: two " + secret + "\nport: 80"}, "srv --set user: me\npassword: ***\nport: 80"},
		{"JSON with an escaped quotation mark", []string{"srv", `{"password":"a\"` + secret + `","port":80}`}, `srv {"password":***,"port":80}`},
		{"OpenSSL", []string{"openssl", "s_server", "-pass", "pass:" + secret}, "openssl s_server -pass ***"},
		{"MongoDB", []string{"mongosh", "-u", "me", "-p", secret, "--port", "27018"}, "mongosh -u me -p *** --port 27018"},
		{"LDAP", []string{"ldapsearch", "-x", "-w", secret, "-H", "ldap://host"}, "ldapsearch -x -w *** -H ldap://host"},
		{"JSON web token", []string{"srv", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_DEF"}, "srv ***"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Command(tt.argv)
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if strings.Contains(got, secret) {
				t.Error("the secret shows")
			}
		})
	}
}

func TestCommandLeavesTheRestAsItIs(t *testing.T) {
	tests := []struct{ name, command string }{
		{"port", "gpustack start --port 80 --tls-port 443"},
		{"port with =", "srv --port=8080 --host=0.0.0.0"},
		{"short options", "ssh -p 2222 -L 8080:localhost:80 host"},
		{"path", "srv --password-file /run/secrets/db --token-ttl 60 --passthrough"},
		{"key file", "srv --ssl-keyfile /etc/ssl/key.pem --ssl-certfile /etc/ssl/cert.pem"},
		{"URL", "curl http://127.0.0.1:8080/path?page=2"},
		{"image by digest", "docker run registry:5000/app@sha256:0123456789abcdef"},
		{"e-mail", "srv --admin me@example.com --author me"},
		{"mysqld's port", "mysqld --port=3306 --datadir=/var/lib/mysql"},
		{"option without a value, and one after it", "srv --no-auth --port 80"},
		{"no password at all", "psql --no-password -h db"},
		{"a password that is asked for", "srv --ask-password --port 80"},
		{"path with an at sign", "npm http://127.0.0.1:4873/@scope/package"},
		{"user of a URL", "git ssh://git@host:2222/repo"},
		{"user and group", "docker run --user 1000:1000 app"},
		{"keys of a file", "sshd -h /etc/ssh/ssh_host_key --keyring web --hotkeys on"},
		{"nginx", "nginx: master process /usr/sbin/nginx -g daemon off;"},
		{"nothing", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Command(strings.Split(tt.command, " ")); got != tt.command {
				t.Errorf("got  %s\nwant %s", got, tt.command)
			}
		})
	}
}

func TestCommandIsQuickWithManyArguments(t *testing.T) {
	argv := []string{"srv"}
	const read = 4096 // of a command line, at most
	for range read / 4 {
		argv = append(argv, "a:@=")
	}
	if got := Command(argv); len(got) > 2*read {
		t.Errorf("%d bytes of arguments became %d", read, len(got))
	}
}
